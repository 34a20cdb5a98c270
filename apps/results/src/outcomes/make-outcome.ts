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
import type { Publication } from '../storage/publication.js';
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

/** Why a decision cannot be joined with a label: the policy of today has no value for the two. */
export interface WithoutValue {
  readonly kind: 'without-value';
  readonly message: string;
}

/**
 * Joins a decision, given by what was published of it, with a label of its event. The policy is that of today: where it
 * no longer knows what was decided, there is no value.
 */
export function makeOutcome(result: Publication, label: JoinedLabel, context: OutcomeContext): Outcome | WithoutValue {
  const decided = JSON.parse(result.value.toString('utf8')) as ResultMessage;
  const worth = worthOf(decided, label, context.policy);
  if ('kind' in worth) return worth;
  const message = messageOf(decided, label, { ...worth, ...context });
  return {
    outcomeId: label.outcomeId,
    value: worth.value,
    correct: worth.correct,
    joinedAt: context.joinedAt,
    labelDelayMs: message.labelDelayMs,
    publication: {
      key: result.key,
      value: Buffer.from(JSON.stringify(message), 'utf8'),
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

interface Worth {
  readonly value: number;
  readonly correct: boolean;
}

function worthOf(
  { decision, policyVersion }: ResultMessage,
  { label }: JoinedLabel,
  policy: DecisionPolicy,
): Worth | WithoutValue {
  try {
    return { value: valueOf(decision, label, policy), correct: isCorrect(decision, label, policy) };
  } catch (error) {
    if (!(error instanceof PitwallError) || error.code !== 'unknown_outcome') throw error;
    const message = `The decision ${JSON.stringify(decision)} was taken under policy ${policyVersion}; ${error.message}`;
    return { kind: 'without-value', message };
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
