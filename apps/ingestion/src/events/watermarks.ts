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
 * The largest event time seen in one partition, as far as this service has seen it. An event time in the future does not move
 * it: one broken clock would make everything after it late.
 */
export class PartitionWatermark {
  /** `value` is where it stands, ms since the epoch. */
  constructor(
    private readonly rule: TimelinessRule,
    private value = Number.NEGATIVE_INFINITY,
  ) {}

  /** Judges one event and moves the watermark. Times in ms since the epoch. */
  observe(eventTime: number, appendedAt: number): Timeliness {
    const isAhead = eventTime > appendedAt + FUTURE_TOLERANCE_MS;
    const late = eventTime < this.value - this.rule.allowedLatenessMs;
    if (!isAhead && eventTime > this.value) this.value = eventTime;
    return { late, future: isAhead && !this.rule.replayedHistory };
  }

  get ms(): number {
    return this.value;
  }
}

/** The batch of a partition that was asked for last. */
interface LastBatch {
  readonly assignmentId: number;
  readonly from: number;
  /** Where the watermark stood before the batch. */
  readonly before: number;
  /** The offset after the batch. */
  readonly next: number;
  /** Moves while the batch is worked on. */
  readonly watermark: PartitionWatermark;
}

/**
 * The watermarks of the partitions that this service holds. One goes on from batch to batch, also over a rebalance as long as
 * no record lies between that another process may have seen; otherwise it begins anew. A batch that comes again is judged as
 * it was the first time: by what came before it, and not by its own events.
 */
export class Watermarks {
  private readonly lastBatches = new Map<string, LastBatch>();

  /** The watermark before the first event of a batch. Ask once per batch. */
  of(batch: RecordBatch, rule: TimelinessRule): PartitionWatermark {
    const key = `${batch.topic}/${batch.partition}`;
    const from = batch.records[0]?.offset ?? 0;
    const last = this.lastBatches.get(key);
    // A record that failed is tried again by itself, while later ones have gone on: it takes nothing back.
    if (last !== undefined && from < last.from && batch.assignment.id === last.assignmentId) {
      return new PartitionWatermark(rule, last.before);
    }
    const before = watermarkBefore(from, batch.assignment.id, last);
    const watermark = new PartitionWatermark(rule, before);
    const next = (batch.records.at(-1)?.offset ?? from) + 1;
    this.lastBatches.set(key, { assignmentId: batch.assignment.id, from, before, next, watermark });
    return watermark;
  }
}

function watermarkBefore(from: number, assignmentId: number, last: LastBatch | undefined): number {
  const isUnknown = last === undefined || from < last.from;
  if (isUnknown) return Number.NEGATIVE_INFINITY;
  // The batch comes again, maybe cut otherwise.
  if (from < last.next) return last.before;
  // Offsets may leave gaps: markers of transactions take some.
  const isNext = from === last.next || assignmentId === last.assignmentId;
  return isNext ? last.watermark.ms : Number.NEGATIVE_INFINITY;
}
