import type { PredictionMessage } from '@pitwall/contracts';
import type { DecisionPolicy } from '@pitwall/pipeline';

/** A champion's answer. */
export function aScore(fields: Partial<PredictionMessage['scores'][number]> = {}): PredictionMessage['scores'][number] {
  return { role: 'champion', model: 'champion', version: '1.0.0', digest: 'c'.repeat(64), score: 0.75, ...fields };
}

/** A prediction of the pipeline `flights` with a champion's score of 0.75. */
export function aPrediction(fields: Partial<PredictionMessage> = {}): PredictionMessage {
  return {
    pipeline: 'flights',
    source: '/flights',
    id: 'E-1',
    entity: 'N14228',
    eventTime: '2013-04-01T10:15:00.000Z',
    late: false,
    future: false,
    definitionVersion: 1,
    features: { carrier: 'UA', distance_mi: 1400, temp_f: null },
    notes: [{ field: 'temp_f', kind: 'missing', rule: 'absent' }],
    scores: [aScore()],
    fallback: null,
    inferenceMs: 1.25,
    ...fields,
  };
}

/** Intervene from 1/3 on: 80 won where it was late, 40 lost where it was not. */
export const POLICY: DecisionPolicy = {
  policyVersion: '7',
  threshold: 1 / 3,
  act: 'intervene',
  hold: 'proceed',
  outcomes: { positive: 'late', negative: 'on-time' },
  currency: 'USD',
  values: { intervene: { late: 80, 'on-time': -40 }, proceed: { late: 0, 'on-time': 0 } },
  fallback: { decision: 'proceed', afterMs: 30_000 },
};
