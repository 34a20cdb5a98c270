import { HEADER } from '@pitwall/contracts';
import { headerOf, type RecordTrace } from '@pitwall/messaging';
import { ATTR, counter, METRIC, parseTraceparent } from '@pitwall/telemetry';
import type { JoinedFeedback } from '../outcomes/outcomes.service.js';
import type { Action, ActionSettlement } from './action.js';
import type { FeedbackSettlements } from './commit-feedback.js';
import type { Label, LabelSettlement } from './label.js';

const feedback = counter(METRIC.feedback);

/** Counts what became of the labels and actions of one batch. */
export function measureFeedback(pipeline: string, { labels, actions }: FeedbackSettlements): void {
  count(pipeline, 'label', labels);
  count(pipeline, 'action', actions);
}

function count(
  pipeline: string,
  feedbackKind: 'label' | 'action',
  settlements: readonly (LabelSettlement | ActionSettlement)[],
): void {
  const counts = new Map<string, number>();
  for (const { kind } of settlements) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  for (const [kind, many] of counts) {
    feedback.add(many, { [ATTR.pipeline]: pipeline, [ATTR.feedbackKind]: feedbackKind, [ATTR.settlement]: kind });
  }
}

/** Says on the span of a sampled record what became of it. */
export function traceFeedback(
  trace: RecordTrace,
  row: Label | Action,
  settlement: LabelSettlement | ActionSettlement,
): void {
  if (!trace.sampled) return;
  trace.setAttribute(ATTR.eventId, row.identity.id);
  trace.setAttribute(ATTR.eventSource, row.identity.source);
  trace.setAttribute(ATTR.feedbackKind, row.kind);
  trace.setAttribute(ATTR.resultId, row.resultId);
  trace.setAttribute(ATTR.settlement, settlement.kind);
  if (row.kind === 'label') trace.setAttribute(ATTR.label, row.label);
}

/** Links the trace of a label, which comes hours or days later, to the trace in which its event was decided. */
export function linkToDecision(trace: RecordTrace, { resultId }: Label, joined: JoinedFeedback): void {
  if (!trace.sampled) return;
  const headers = joined.decisions.get(resultId)?.headers ?? [];
  const context = parseTraceparent(headerOf(headers, HEADER.traceparent) ?? '');
  if (context !== null) trace.linkTo(context);
}
