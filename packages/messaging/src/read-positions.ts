import type { ReadBatch, TopicRange } from './port.js';

/** Where the reading of a partition is. */
export interface ReadPosition {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

interface Open {
  readonly topic: string;
  readonly partition: number;
  readonly end: number;
  offset: number;
}

/** How far ranges of topics have been read. */
export class ReadPositions {
  readonly topics: readonly string[];
  private readonly positions = new Map<string, Open>();

  constructor(ranges: readonly TopicRange[]) {
    this.topics = [...new Set(ranges.map(({ topic }) => topic))];
    for (const { topic, from, to } of ranges) {
      for (const [partition, offset] of from) {
        const end = to === null ? Infinity : (to.get(partition) ?? offset);
        if (offset < end) this.positions.set(keyOf(topic, partition), { topic, partition, offset, end });
      }
    }
  }

  get isDone(): boolean {
    return this.positions.size === 0;
  }

  /** The partitions that are not read to their end yet. */
  open(): readonly ReadPosition[] {
    return [...this.positions.values()];
  }

  /** Next offset of an open partition; 0 where it is not open. */
  offsetOf(topic: string, partition: number): number {
    return this.positions.get(keyOf(topic, partition))?.offset ?? 0;
  }

  /** What of a batch belongs to the range, or null where it brings nothing; the position moves behind it. */
  take(batch: ReadBatch): ReadBatch | null {
    const key = keyOf(batch.topic, batch.partition);
    const position = this.positions.get(key);
    if (position === undefined || batch.nextOffset <= position.offset) return null;
    const { end } = position;
    position.offset = Math.min(batch.nextOffset, end);
    if (position.offset >= end) this.positions.delete(key);
    if (batch.nextOffset <= end) return batch;
    return { ...batch, records: batch.records.filter(({ offset }) => offset < end), nextOffset: end };
  }
}

function keyOf(topic: string, partition: number): string {
  return `${topic} ${partition}`;
}
