import { ATTR, counter, METRIC } from '@pitwall/telemetry';
import type { DeadLetterSettlement } from './dead-letters-table.js';

const kept = counter(METRIC.deadLettersKept);
const unreadable = counter(METRIC.unreadableRecords);

/** Counts what became of the dead letters of a batch. */
export function measureKept(pipeline: string, settlements: readonly DeadLetterSettlement[]): void {
  const counts = new Map<string, number>();
  for (const { kind } of settlements) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  for (const [kind, count] of counts) kept.add(count, { [ATTR.pipeline]: pipeline, [ATTR.settlement]: kind });
}

/** Counts a record of a dead-letters topic that is no dead letter. */
export function measureUnreadable(topic: string): void {
  unreadable.add(1, { [ATTR.topic]: topic });
}
