import {
  CE_TYPE,
  HEADER,
  type Origin,
  type OutcomeId,
  type OutcomeMessage,
  parseOrigin,
  PitwallError,
  type ResultMessage,
} from '@pitwall/contracts';
import { cloudEventHeaders, headerOf } from '@pitwall/messaging';
import { type DecisionPolicy, isCorrect, valueOf } from '@pitwall/pipeline';
import { MAX_PUBLISHED_VALUE_BYTES, type Publication } from '../storage/publication.js';
import type { Outcome } from './outcome.js';

/** What of a label goes into its outcome. */
export interface JoinedLabel {
  readonly outcomeId: OutcomeId;
  readonly label: string;
  readonly labelSource: string;
  readonly revision: number;
  /** Milliseconds since the epoch. */
  readonly observedAt: number;
}

/** What goes into an outcome besides decision and label. */
export interface OutcomeContext {
  readonly policy: DecisionPolicy;
  /** Milliseconds since the epoch. */
  readonly joinedAt: number;
  /** When the record that brought label and decision together was appended, milliseconds since the epoch. */
  readonly inputAppendedAt: number;
  /** The trace context that the outcome is published with, now and in every copy. Called once, and only for an outcome. */
  readonly traceparent: () => string;
  /** Passed on as it came; null where there was none. */
  readonly tracestate: string | null;
}

/**
 * Why a decision cannot be joined with a label: the policy of today has no value for the two (`unknown_outcome`), or the outcome
 * would be larger than any derived message may be.
 */
export interface Unjoinable {
  readonly kind: 'unjoinable';
  readonly reason: 'unknown_outcome' | 'derived_too_large';
  readonly message: string;
}

/**
 * Joins a decision, given by what was published of it, with a label of its event. The policy is that of today: where it
 * no longer knows what was decided, there is no value.
 */
export function makeOutcome(result: Publication, label: JoinedLabel, context: OutcomeContext): Outcome | Unjoinable {
  const decided = JSON.parse(result.value.toString('utf8')) as ResultMessage;
  const worth = worthOf(decided, label, context.policy);
  if ('kind' in worth) return worth;
  const message = messageOf(decided, label, { ...worth, ...context });
  const value = Buffer.from(JSON.stringify(message), 'utf8');
  if (value.length > MAX_PUBLISHED_VALUE_BYTES) return tooLarge(value.length);
  return {
    outcomeId: label.outcomeId,
    value: worth.value,
    correct: worth.correct,
    joinedAt: context.joinedAt,
    labelDelayMs: message.labelDelayMs,
    publication: {
      key: result.key,
      value,
      headers: cloudEventHeaders({
        type: CE_TYPE.outcome,
        source: `/pitwall/results/${decided.pipeline}`,
        id: message.outcomeId,
        time: message.joinedAt,
        subject: decided.entity,
        origin: originOf(result),
        inputAppendedAt: context.inputAppendedAt,
        traceparent: context.traceparent(),
        tracestate: context.tracestate,
      }),
    },
  };
}

function tooLarge(bytes: number): Unjoinable {
  const message = `The outcome would have ${bytes} bytes, at most ${MAX_PUBLISHED_VALUE_BYTES} are allowed.`;
  return { kind: 'unjoinable', reason: 'derived_too_large', message };
}

interface Worth {
  readonly value: number;
  readonly correct: boolean;
}

function worthOf(
  { decision, policyVersion }: ResultMessage,
  { label }: JoinedLabel,
  policy: DecisionPolicy,
): Worth | Unjoinable {
  try {
    return { value: valueOf(decision, label, policy), correct: isCorrect(decision, label, policy) };
  } catch (error) {
    if (!(error instanceof PitwallError) || error.code !== 'unknown_outcome') throw error;
    const message = `The decision ${JSON.stringify(decision)} was taken under policy ${policyVersion}; ${error.message}`;
    return { kind: 'unjoinable', reason: 'unknown_outcome', message };
  }
}

function messageOf(
  decided: ResultMessage,
  label: JoinedLabel,
  { value, correct, policy, joinedAt }: Worth & OutcomeContext,
): OutcomeMessage {
  return {
    outcomeId: label.outcomeId,
    resultId: decided.resultId,
    pipeline: decided.pipeline,
    event: decided.event,
    entity: decided.entity,
    decision: decided.decision,
    score: decided.score,
    threshold: decided.threshold,
    policyVersion: decided.policyVersion,
    model: decided.model,
    label: label.label,
    positive: label.label === policy.outcomes.positive,
    labelSource: label.labelSource,
    revision: label.revision,
    observedAt: new Date(label.observedAt).toISOString(),
    labelDelayMs: label.observedAt - Date.parse(decided.event.time),
    correct,
    value: { amount: value, currency: policy.currency },
    decisionTraceId: decided.traceId,
    joinedAt: new Date(joinedAt).toISOString(),
  };
}

/** The raw record of the decision: an outcome goes back to it, wherever its label came from. */
function originOf({ headers }: Publication): Origin {
  return parseOrigin(headerOf(headers, HEADER.origin)?.toString('utf8') ?? '');
}
