import {
  contentDigest,
  formatOrigin,
  LIMITS,
  type Origin,
  type PredictionMessage,
  resultIdOf,
  resultMessageSchema,
} from '@pitwall/contracts';
import type { Dead } from '@pitwall/messaging';
import type { DecisionPolicy } from '@pitwall/pipeline';
import { aPrediction, aScore, POLICY } from '../../test/a-prediction.js';
import { MAX_PUBLISHED_VALUE_BYTES } from '../storage/publication.js';
import type { Decision } from './decision.js';
import { type DecisionInput, takeDecision } from './take-decision.js';

const ORIGIN: Origin = {
  topic: 'flights.events.v1',
  partition: 3,
  offset: 42,
  appendedAt: 1_767_225_600_000,
  digest: contentDigest(null, Buffer.from('raw')),
};
const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const TRACEPARENT = `00-${TRACE_ID}-b7ad6b7169203331-01`;
const PREDICTED_AT = 1_767_225_600_012;
const DECIDED_AT = Date.UTC(2026, 10, 23, 9, 0, 0, 123);

function take(
  prediction: PredictionMessage,
  policy: DecisionPolicy = POLICY,
  from: Partial<DecisionInput> = {},
): { taken: Decision | Dead; sends: number } {
  let sends = 0;
  const value = Buffer.from(JSON.stringify(prediction));
  const input = {
    prediction,
    value,
    origin: ORIGIN,
    inputAppendedAt: PREDICTED_AT,
    traceId: TRACE_ID,
    decidedAt: DECIDED_AT,
  };
  const traceparent = (): string => {
    sends += 1;
    return TRACEPARENT;
  };
  return { taken: takeDecision({ ...input, traceparent, tracestate: 'vendor=1', ...from }, policy), sends };
}

function decided(...input: Parameters<typeof take>): Decision {
  const { taken } = take(...input);
  if ('kind' in taken) throw new Error(`dead: ${taken.message}`);
  return taken;
}

const resultOf = (decision: Decision): unknown => JSON.parse(decision.publication.value.toString());

describe('takeDecision', () => {
  it.each([
    { score: 0.75, decision: 'intervene', amount: 50 },
    { score: 1 / 3, decision: 'intervene', amount: 0 },
    { score: 0.33, decision: 'proceed', amount: 0 },
    { score: 1, decision: 'intervene', amount: 80 },
    { score: 0, decision: 'proceed', amount: 0 },
  ])('decides $decision on the score $score', ({ score, decision, amount }) => {
    const taken = decided(aPrediction({ scores: [aScore({ score })] }));
    expect(taken).toMatchObject({
      decision,
      score,
      expectedValue: amount,
      model: { name: 'champion', version: '1.0.0' },
    });
    expect(resultOf(taken)).toMatchObject({ decision, score, expectedValue: { amount, currency: 'USD' } });
  });

  it('writes a result that keeps its contract, with all that the decision rests on', () => {
    const taken = decided(aPrediction({ late: true }));
    expect(resultMessageSchema.parse(resultOf(taken))).toEqual({
      resultId: resultIdOf('flights', { source: '/flights', id: 'E-1' }),
      pipeline: 'flights',
      event: { source: '/flights', id: 'E-1', time: '2013-04-01T10:15:00.000Z' },
      entity: 'N14228',
      decision: 'intervene',
      score: 0.75,
      threshold: 1 / 3,
      policyVersion: '7',
      model: { name: 'champion', version: '1.0.0', digest: 'c'.repeat(64) },
      fallback: null,
      expectedValue: { amount: 50, currency: 'USD' },
      late: true,
      traceId: TRACE_ID,
      decidedAt: '2026-11-23T09:00:00.123Z',
    });
  });

  it('publishes under the entity as a CloudEvent that carries origin and trace on', () => {
    const { publication, resultId } = decided(aPrediction());
    expect(publication.key.toString()).toBe('N14228');
    expect(publication.headers.map(({ name, value }) => [name, value?.toString()])).toEqual([
      ['ce_specversion', '1.0'],
      ['ce_id', resultId],
      ['ce_source', '/pitwall/results/flights'],
      ['ce_type', 'pitwall.result.v1'],
      ['ce_time', '2026-11-23T09:00:00.123Z'],
      ['ce_subject', 'N14228'],
      ['content-type', 'application/json'],
      ['pitwall-origin', formatOrigin(ORIGIN)],
      ['pitwall-input-appended-at', '1767225600012'],
      ['traceparent', TRACEPARENT],
      ['tracestate', 'vendor=1'],
    ]);
  });

  it('decides by the champion whatever candidate and shadow say', () => {
    const others = [
      aScore({ role: 'shadow', score: 0 }),
      aScore({ score: 0.9 }),
      aScore({ role: 'candidate', score: 0.1 }),
    ];
    expect(decided(aPrediction({ scores: others }))).toMatchObject({ decision: 'intervene', score: 0.9 });
  });

  it('takes the fallback decision of the definition when no model answered, and says so', () => {
    const taken = decided(aPrediction({ scores: [], fallback: 'no healthy model for 30 s' }));
    expect(taken).toMatchObject({ decision: 'proceed', score: null, model: null, expectedValue: null });
    expect(resultMessageSchema.parse(resultOf(taken))).toMatchObject({
      decision: 'proceed',
      score: null,
      model: null,
      expectedValue: null,
      fallback: 'no healthy model for 30 s',
    });
  });

  it.each([
    { what: 'no score', scores: [], message: 'exactly one score of the champion, got the roles: none' },
    { what: 'no champion', scores: [aScore({ role: 'shadow' })], message: 'got the roles: shadow' },
    { what: 'two champions', scores: [aScore(), aScore()], message: 'got the roles: champion, champion' },
  ])('refuses a prediction with $what and starts no span', ({ scores, message }) => {
    const { taken, sends } = take(aPrediction({ scores }));
    expect(taken).toMatchObject({
      kind: 'dead',
      reason: 'contract_violation',
      message: expect.stringContaining(message),
      identity: { source: '/flights', id: 'E-1' },
    });
    expect(sends).toBe(0);
  });

  it('refuses a fallback that the definition does not declare', () => {
    const { taken } = take(aPrediction({ scores: [], fallback: 'no model' }), { ...POLICY, fallback: null });
    expect(taken).toMatchObject({
      reason: 'contract_violation',
      message: expect.stringContaining('declares no fallback decision'),
    });
  });

  it.each(['source', 'id', 'entity'])('refuses a lone surrogate in the %s', (field) => {
    const { taken } = take(aPrediction({ [field]: 'a\ud800b' }));
    expect(taken).toMatchObject({
      kind: 'dead',
      reason: 'contract_violation',
      message: expect.stringContaining('\\ud800'),
    });
  });

  it('refuses to publish more than a derived message may hold, and starts no span', () => {
    const { taken, sends } = take(aPrediction({ scores: [], fallback: 'x'.repeat(MAX_PUBLISHED_VALUE_BYTES) }));
    expect(taken).toMatchObject({ kind: 'dead', reason: 'derived_too_large', identity: { id: 'E-1' } });
    expect(sends).toBe(0);
  });

  it('takes only what the transport will send, however long key and headers are', () => {
    const longest = aPrediction({ pipeline: `p${'-'.repeat(62)}`, id: 'i'.repeat(512), entity: '\u00e4'.repeat(256) });
    const sizeOf = (prediction: PredictionMessage): number => decided(prediction).publication.value.length;
    const room = MAX_PUBLISHED_VALUE_BYTES - sizeOf({ ...longest, scores: [], fallback: 'x' });
    const { publication } = decided({ ...longest, scores: [], fallback: 'x'.repeat(room + 1) }, POLICY, {
      origin: { ...ORIGIN, topic: 't'.repeat(249), offset: Number.MAX_SAFE_INTEGER },
      tracestate: 's'.repeat(4_096),
    });
    expect(publication.value.length).toBe(MAX_PUBLISHED_VALUE_BYTES);
    // Each part of a record has at most five bytes before it, and the record as many numbers of at most ten.
    const parts = [
      publication.key,
      publication.value,
      ...publication.headers.flatMap(({ name, value }) => [name, value]),
    ];
    const size = parts.reduce((sum, part) => sum + 5 + Buffer.byteLength(part ?? ''), 50);
    expect(size).toBeLessThanOrEqual(LIMITS.maxDerivedBytes);
  });
});
