import { ATTR, counter, gauge, histogram, METRIC } from '@pitwall/telemetry';
import type { OutboundRecord, RecordBatch } from '../port.js';
import type { Binding } from './binding.js';

const consumed = counter(METRIC.recordsConsumed);
const sent = counter(METRIC.recordsSent);
const deadLetters = counter(METRIC.deadLetters);
const retries = counter(METRIC.batchRetries);
const recordRetries = counter(METRIC.recordRetries);
const parked = gauge(METRIC.recordsParked);
const breakerOpen = gauge(METRIC.breakerOpen);
const paused = gauge(METRIC.partitionsPaused);
const batchSize = histogram(METRIC.batchSize);
const batchDuration = histogram(METRIC.batchDuration);
const lag = gauge(METRIC.consumerLag);
const lagTime = gauge(METRIC.consumerLagTime);

const MS_PER_SECOND = 1_000;

/** What is counted of records that were processed. */
export interface BatchFacts {
  readonly batch: RecordBatch;
  readonly binding: Binding;
  readonly outputs: readonly OutboundRecord[];
  readonly done: number;
  /** Reason of each dead letter. */
  readonly reasons: readonly string[];
  readonly durationMs: number;
}

/** Counts records after all that they caused was acknowledged. */
export function countBatch({ batch, binding, outputs, done, reasons, durationMs }: BatchFacts): void {
  const where = whereOf(binding);
  if (done > 0) consumed.add(done, { ...where, [ATTR.outcome]: 'done' });
  if (reasons.length > 0) consumed.add(reasons.length, { ...where, [ATTR.outcome]: 'dead' });
  for (const reason of reasons) {
    deadLetters.add(1, { [ATTR.pipeline]: binding.pipeline, [ATTR.deadLetterReason]: reason });
  }
  for (const [sentTo, count] of countByTopic(outputs)) sent.add(count, { [ATTR.topic]: sentTo });
  if (batch.records.length === 0) return;
  batchSize.record(batch.records.length, where);
  batchDuration.record(durationMs / MS_PER_SECOND, where);
}

/** How far a partition is behind. */
export interface Lag {
  /** That are not done. */
  readonly records: number;
  /** Age of the oldest record of the last batch when it was done; null where no batch was. */
  readonly ageMs: number | null;
}

/** Shows how far a partition is behind. */
export function measureLag(binding: Binding, partition: number, { records, ageMs }: Lag): void {
  const which = { ...whereOf(binding), [ATTR.partition]: String(partition) };
  lag.record(Math.max(records, 0), which);
  // The broker's clock may be ahead of ours.
  if (ageMs !== null) lagTime.record(Math.max(ageMs, 0) / MS_PER_SECOND, which);
}

/** Counts a batch that comes again. */
export function countRetry(batch: RecordBatch, groupId: string, errorType: string): void {
  retries.add(1, { [ATTR.topic]: batch.topic, [ATTR.consumerGroup]: groupId, [ATTR.errorType]: errorType });
}

/** Counts records that are tried again by themselves. */
export function countRecordRetries(records: number, binding: Binding): void {
  recordRetries.add(records, whereOf(binding));
}

/** How a subscription is doing. */
export interface SubscriptionFacts {
  readonly isBreakerOpen: boolean;
  /** Records that are kept to be tried again. */
  readonly parked: number;
  /** Partitions from which nothing more is taken for now. */
  readonly paused: number;
}

/** Shows how a subscription is doing. */
export function measureSubscription(binding: Binding, facts: SubscriptionFacts): void {
  const where = whereOf(binding);
  breakerOpen.record(facts.isBreakerOpen ? 1 : 0, where);
  parked.record(facts.parked, where);
  paused.record(facts.paused, where);
}

function whereOf({ topic, groupId }: Binding) {
  return { [ATTR.topic]: topic, [ATTR.consumerGroup]: groupId };
}

function countByTopic(records: readonly OutboundRecord[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { topic } of records) counts.set(topic, (counts.get(topic) ?? 0) + 1);
  return counts;
}
