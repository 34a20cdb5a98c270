import {
  CE_TYPE,
  type Origin,
  type PredictionMessage,
  type ResultId,
  type ResultMessage,
  resultIdOf,
} from '@pitwall/contracts';
import { cloudEventHeaders, dead, type Dead, type Header } from '@pitwall/messaging';
import { decide, decideFallback, type DecisionPolicy } from '@pitwall/pipeline';
import { MAX_PUBLISHED_VALUE_BYTES } from '../storage/publication.js';
import type { Decision } from './decision.js';

/** One prediction as it came, and what goes with it into the decision. */
export interface DecisionInput {
  readonly prediction: PredictionMessage;
  /** The message as it came. */
  readonly value: Buffer;
  readonly origin: Origin;
  /** When the prediction was appended, milliseconds since the epoch. */
  readonly inputAppendedAt: number;
  readonly traceId: string;
  /** Milliseconds since the epoch. */
  readonly decidedAt: number;
  /** The trace context that the result is published with, now and in every copy. Called once, and only for a decision. */
  readonly traceparent: () => string;
  /** Passed on as it came; null where there was none. */
  readonly tracestate: string | null;
}

type ModelScore = PredictionMessage['scores'][number];
type Verdict = Pick<ResultMessage, 'decision' | 'threshold' | 'policyVersion' | 'expectedValue'>;

/** Turns a prediction into the decision of its event, or says why none can be taken. */
export function takeDecision(input: DecisionInput, policy: DecisionPolicy): Decision | Dead {
  const { prediction } = input;
  if (!isWellFormed(prediction)) return notText(prediction);
  const champion = prediction.fallback === null ? onlyChampion(prediction.scores) : null;
  if (champion === undefined) return withoutChampion(prediction);
  const verdict: Verdict | undefined = champion === null ? decideFallback(policy) : decide(champion.score, policy);
  if (verdict === undefined) return withoutFallback(prediction);

  const result = resultMessage(input, { champion, verdict });
  const value = Buffer.from(JSON.stringify(result), 'utf8');
  if (value.length > MAX_PUBLISHED_VALUE_BYTES) return tooLarge(prediction, value.length);
  return {
    resultId: result.resultId as ResultId,
    pipeline: result.pipeline,
    identity: { source: prediction.source, id: prediction.id },
    entity: prediction.entity,
    eventAt: Date.parse(prediction.eventTime),
    decidedAt: input.decidedAt,
    decision: result.decision,
    score: result.score,
    model: result.model,
    expectedValue: result.expectedValue?.amount ?? null,
    late: prediction.late,
    traceId: input.traceId,
    origin: input.origin,
    prediction: input.value,
    publication: {
      key: Buffer.from(prediction.entity, 'utf8'),
      value,
      headers: resultHeaders(result, input),
    },
  };
}

/** A lone surrogate would become another character in UTF-8, and two identities one. */
const isWellFormed = ({ source, id, entity }: PredictionMessage): boolean =>
  source.isWellFormed() && id.isWellFormed() && entity.isWellFormed();

function onlyChampion(scores: readonly ModelScore[]): ModelScore | undefined {
  const champions = scores.filter(({ role }) => role === 'champion');
  return champions.length === 1 ? champions[0] : undefined;
}

interface Taken {
  readonly champion: ModelScore | null;
  readonly verdict: Verdict;
}

function resultMessage({ prediction, ...input }: DecisionInput, { champion, verdict }: Taken): ResultMessage {
  return {
    resultId: resultIdOf(prediction.pipeline, prediction),
    pipeline: prediction.pipeline,
    event: { source: prediction.source, id: prediction.id, time: prediction.eventTime },
    entity: prediction.entity,
    decision: verdict.decision,
    score: champion === null ? null : champion.score,
    threshold: verdict.threshold,
    policyVersion: verdict.policyVersion,
    model: champion === null ? null : { name: champion.model, version: champion.version, digest: champion.digest },
    fallback: prediction.fallback,
    expectedValue: verdict.expectedValue,
    late: prediction.late,
    traceId: input.traceId,
    decidedAt: new Date(input.decidedAt).toISOString(),
  };
}

function resultHeaders(result: ResultMessage, input: DecisionInput): Header[] {
  return cloudEventHeaders({
    type: CE_TYPE.result,
    source: `/pitwall/results/${result.pipeline}`,
    id: result.resultId,
    time: result.decidedAt,
    subject: result.entity,
    origin: input.origin,
    inputAppendedAt: input.inputAppendedAt,
    traceparent: input.traceparent(),
    tracestate: input.tracestate,
  });
}

const identityOf = ({ source, id }: PredictionMessage): { source: string; id: string } => ({ source, id });

function notText({ source, id, entity }: PredictionMessage): Dead {
  return dead({
    reason: 'contract_violation',
    message: `Source, id or entity holds a lone surrogate, which no UTF-8 text can: ${JSON.stringify({ source, id, entity })}.`,
  });
}

function withoutChampion(prediction: PredictionMessage): Dead {
  const roles = prediction.scores.map(({ role }) => role).join(', ') || 'none';
  return dead({
    reason: 'contract_violation',
    message: `A prediction without fallback needs exactly one score of the champion, got the roles: ${roles}. Find out who wrote it.`,
    identity: identityOf(prediction),
  });
}

function withoutFallback(prediction: PredictionMessage): Dead {
  return dead({
    reason: 'contract_violation',
    message: `The prediction fell back (${prediction.fallback}), but the definition of ${prediction.pipeline} declares no fallback decision. Declare decision.fallback and redrive.`,
    identity: identityOf(prediction),
  });
}

function tooLarge(prediction: PredictionMessage, bytes: number): Dead {
  return dead({
    reason: 'derived_too_large',
    message: `The result would have ${bytes} bytes, at most ${MAX_PUBLISHED_VALUE_BYTES} are allowed.`,
    identity: identityOf(prediction),
  });
}
