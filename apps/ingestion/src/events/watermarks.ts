import type { RecordBatch } from '@pitwall/messaging';

/** A clock that is ahead by less than this is no fault. */
export const FUTURE_TOLERANCE_MS = 300_000;

/** How an event's time lies to the others of its partition and to the broker's clock. */
export interface Timeliness {
  readonly late: boolean;
  readonly future: boolean;
}

export interface TimelinessRule {
  readonly allowedLatenessMs: number;
  /** Event times are history: none is `future`. */
  readonly replayedHistory: boolean;
}

/**
 * The largest event time seen in one partition since it was assigned. An event time in the future does not move it: one broken
 * clock would make everything after it late.
 */
export class PartitionWatermark {
  private value = Number.NEGATIVE_INFINITY;

  constructor(private readonly rule: TimelinessRule) {}

  /** Judges one event and moves the watermark. Times in ms since the epoch. */
  observe(eventTime: number, appendedAt: number): Timeliness {
    const isAhead = eventTime > appendedAt + FUTURE_TOLERANCE_MS;
    const late = eventTime < this.value - this.rule.allowedLatenessMs;
    if (!isAhead && eventTime > this.value) this.value = eventTime;
    return { late, future: isAhead && !this.rule.replayedHistory };
  }
}

/** The watermarks of the partitions that this service holds; a partition that comes back begins anew. */
export class Watermarks {
  private readonly byPartition = new Map<
    string,
    { readonly assignmentId: number; readonly watermark: PartitionWatermark }
  >();

  of(batch: RecordBatch, rule: TimelinessRule): PartitionWatermark {
    const key = `${batch.topic}/${batch.partition}`;
    const known = this.byPartition.get(key);
    if (known?.assignmentId === batch.assignment.id) return known.watermark;
    const watermark = new PartitionWatermark(rule);
    this.byPartition.set(key, { assignmentId: batch.assignment.id, watermark });
    return watermark;
  }
}
