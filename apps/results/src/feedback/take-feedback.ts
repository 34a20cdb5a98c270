import {
  actionIdOf,
  type ActionFeedback,
  defaultSource,
  type EventIdentity,
  type FeedbackMessage,
  type LabelFeedback,
  type Origin,
  outcomeIdOf,
  resultIdOf,
} from '@pitwall/contracts';
import { dead, type Dead } from '@pitwall/messaging';
import { labelOutcome, type PipelineDefinition } from '@pitwall/pipeline';
import type { Action } from './action.js';
import type { Label } from './label.js';

/** What of a pipeline feedback is read by. */
export type FeedbackRules = Pick<PipelineDefinition, 'name' | 'decision' | 'feedback'>;

/** Where feedback came from. */
export interface FeedbackFrom {
  readonly origin: Origin;
  readonly traceId: string;
}

/** A row as far as the message says it. */
export type CheckedFeedback =
  | Omit<Label, 'origin' | 'receivedAt' | 'traceId'>
  | Omit<Action, 'origin' | 'receivedAt' | 'traceId'>;

/** Turns feedback into the row that is stored of it, or says why it cannot. */
export function takeFeedback(
  feedback: FeedbackMessage,
  { origin, traceId }: FeedbackFrom,
  rules: FeedbackRules,
): Label | Action | Dead {
  const checked = checkFeedback(feedback, rules);
  if (checked.kind === 'dead') return checked;
  return { ...checked, receivedAt: origin.appendedAt, traceId, origin };
}

/** Checks feedback, which matches its contract, against the pipeline's definition. */
export function checkFeedback(feedback: FeedbackMessage, rules: FeedbackRules): CheckedFeedback | Dead {
  const identity = { source: feedback.source ?? defaultSource(rules.name), id: feedback.id };
  return feedback.kind === 'label' ? checkLabel(feedback, identity, rules) : checkAction(feedback, identity, rules);
}

function checkLabel(feedback: LabelFeedback, identity: EventIdentity, rules: FeedbackRules): CheckedFeedback | Dead {
  const { labelSource, revision } = feedback;
  const allowed = rules.feedback.labelSources;
  if (allowed !== null && !allowed.includes(labelSource)) return unknownSource(feedback, identity, allowed);
  const label = labelOutcome(feedback.label, rules.decision);
  if (label === undefined) return unknownOutcome(feedback, identity, rules.decision.outcomes);
  const observedAt = millisecondsOf(feedback.observedAt);
  if (observedAt === null) return outOfCalendar('/observedAt', feedback.observedAt, identity);
  const resultId = resultIdOf(rules.name, identity);
  const outcomeId = outcomeIdOf(resultId, { labelSource, revision });
  return {
    kind: 'label',
    outcomeId,
    resultId,
    pipeline: rules.name,
    identity,
    label,
    labelSource,
    revision,
    observedAt,
  };
}

function checkAction(feedback: ActionFeedback, identity: EventIdentity, rules: FeedbackRules): CheckedFeedback | Dead {
  const { action, by = null, reason = null } = feedback;
  const at = millisecondsOf(feedback.at);
  if (at === null) return outOfCalendar('/at', feedback.at, identity);
  const resultId = resultIdOf(rules.name, identity);
  const actionId = actionIdOf(resultId, { action, at, by });
  return { kind: 'action', actionId, resultId, pipeline: rules.name, identity, action, at, by, reason };
}

/** Null for a time that no RFC 3339 text in UTC can say: an offset at the edge leads out of the years 0000 to 9999. */
function millisecondsOf(time: string): number | null {
  const milliseconds = Date.parse(time);
  return Number.isNaN(milliseconds) || new Date(milliseconds).toISOString().length > 24 ? null : milliseconds;
}

function unknownSource(feedback: LabelFeedback, identity: EventIdentity, allowed: readonly string[]): Dead {
  const message = `The label comes from ${JSON.stringify(feedback.labelSource)}, expected one of the definition's feedback.labelSources: ${allowed.join(', ')}.`;
  return invalid({ pointer: '/labelSource', rule: 'labelSources', message }, identity);
}

function outOfCalendar(pointer: string, time: string, identity: EventIdentity): Dead {
  const message = `The time ${time} is outside the years 0000 to 9999 in UTC.`;
  return invalid({ pointer, rule: 'format', message }, identity);
}

function invalid(
  violation: { readonly pointer: string; readonly rule: string; readonly message: string },
  identity: EventIdentity,
): Dead {
  return dead({ reason: 'invalid_feedback', message: violation.message, violations: [violation], identity });
}

function unknownOutcome(
  { label }: LabelFeedback,
  identity: EventIdentity,
  { positive, negative }: FeedbackRules['decision']['outcomes'],
): Dead {
  const message = `The label is ${JSON.stringify(label)}, expected ${JSON.stringify(positive)} (or true) or ${JSON.stringify(negative)} (or false).`;
  const violation = { pointer: '/label', rule: 'outcomes', message };
  return dead({ reason: 'unknown_outcome', message, violations: [violation], identity });
}
