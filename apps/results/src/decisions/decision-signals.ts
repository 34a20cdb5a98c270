import { ATTR, counter, histogram, METRIC } from '@pitwall/telemetry';
import type { SettledDecision } from './settled-decision.js';
import type { Settlement, SettlementKind } from './settlement.js';

const decisions = counter(METRIC.decisions);
const transactionDuration = histogram(METRIC.decisionTransactionDuration);

/** Counts what became of the decisions of one batch. */
export function measureSettlements(pipeline: string, settlements: readonly Settlement[]): void {
  const counts = new Map<SettlementKind, number>();
  for (const { kind } of settlements) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  for (const [kind, count] of counts) {
    decisions.add(count, { [ATTR.pipeline]: pipeline, [ATTR.settlement]: kind });
  }
}

/** `seconds` from the first attempt at a transaction to its commit. */
export function measureTransaction(pipeline: string, seconds: number): void {
  transactionDuration.record(seconds, { [ATTR.pipeline]: pipeline });
}

/**
 * Says on the span of a sampled record what became of it, and what was decided if this record decided. The span of a result
 * that is not sent is forgotten: its trace context had to be known before the transaction.
 */
export function traceSettlement({ message: { trace }, decision, settlement }: SettledDecision): void {
  if (!trace.sampled) return;
  trace.setAttribute(ATTR.resultId, decision.resultId);
  trace.setAttribute(ATTR.settlement, settlement.kind);
  if (!('publication' in settlement)) trace.abandonSends();
  if (settlement.kind !== 'inserted') return;
  trace.setAttribute(ATTR.decision, decision.decision);
  if (decision.model === null) return;
  trace.setAttribute(ATTR.modelName, decision.model.name);
  trace.setAttribute(ATTR.modelVersion, decision.model.version);
}
