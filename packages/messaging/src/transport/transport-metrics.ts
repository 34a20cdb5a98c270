import { ATTR, counter, gauge, histogram, METRIC } from '@pitwall/telemetry';
import type { OutboundRecord, RecordBatch } from '../port.js';

const consumed = counter(METRIC.recordsConsumed);
const sent = counter(METRIC.recordsSent);
const deadLetters = counter(METRIC.deadLetters);
const retries = counter(METRIC.batchRetries);
const batchSize = histogram(METRIC.batchSize);
const batchDuration = histogram(METRIC.batchDuration);
const lag = gauge(METRIC.consumerLag);
const lagTime = gauge(METRIC.consumerLagTime);

const MS_PER_SECOND = 1_000;

/** What is counted of a batch that was processed. */
export interface BatchFacts {
  readonly batch: RecordBatch;
  readonly groupId: string;
  readonly pipeline: string;
  readonly outputs: readonly OutboundRecord[];
  /** Reason of each dead letter. */
  readonly reasons: readonly string[];
  readonly durationMs: number;
  /** When all that the batch caused was acknowledged, milliseconds since the epoch. */
  readonly acknowledgedAt: number;
}

/** Counts a batch after all that it caused was acknowledged. */
export function countBatch(facts: BatchFacts): void {
  const { batch, groupId, pipeline, outputs, reasons, durationMs } = facts;
  const { topic, partition, records, highWatermark } = batch;
  const where = { [ATTR.topic]: topic, [ATTR.consumerGroup]: groupId };
  const size = records.length;
  if (size > reasons.length) consumed.add(size - reasons.length, { ...where, [ATTR.outcome]: 'done' });
  if (reasons.length > 0) consumed.add(reasons.length, { ...where, [ATTR.outcome]: 'dead' });
  for (const reason of reasons) deadLetters.add(1, { [ATTR.pipeline]: pipeline, [ATTR.deadLetterReason]: reason });
  for (const [sentTo, count] of countByTopic(outputs)) sent.add(count, { [ATTR.topic]: sentTo });
  batchSize.record(size, where);
  batchDuration.record(durationMs / MS_PER_SECOND, where);
  const progress = (records.at(-1)?.offset ?? 0) + 1;
  const which = { ...where, [ATTR.partition]: String(partition) };
  lag.record(Math.max(highWatermark - progress, 0), which);
  // The broker's clock may be ahead of ours.
  const ageMs = Math.max(facts.acknowledgedAt - (records[0]?.appendedAt ?? facts.acknowledgedAt), 0);
  lagTime.record(ageMs / MS_PER_SECOND, which);
}

/** Counts a batch that comes again. */
export function countRetry(batch: RecordBatch, groupId: string, errorType: string): void {
  retries.add(1, { [ATTR.topic]: batch.topic, [ATTR.consumerGroup]: groupId, [ATTR.errorType]: errorType });
}

function countByTopic(records: readonly OutboundRecord[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { topic } of records) counts.set(topic, (counts.get(topic) ?? 0) + 1);
  return counts;
}
