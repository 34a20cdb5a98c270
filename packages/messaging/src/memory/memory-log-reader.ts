import { PitwallError } from '@pitwall/contracts';
import type { LogReader, ReadBatch, TopicRange } from '../port.js';
import { ReadPositions } from '../read-positions.js';
import type { MemoryLog } from './memory-log.js';

const MAX_BATCH_RECORDS = 2_000;

/** Reads by position; what has no end waits for the next append. */
export class MemoryLogReader implements LogReader {
  constructor(private readonly log: MemoryLog) {}

  async *read(ranges: readonly TopicRange[], signal: AbortSignal): AsyncGenerator<ReadBatch, void, undefined> {
    const positions = new ReadPositions(ranges);
    for (const topic of positions.topics) this.requireTopic(topic);
    while (!positions.isDone && !signal.aborted) {
      let found = 0;
      for (const { topic, partition, offset } of positions.open()) {
        const all = this.log.partition(topic, partition);
        const records = all.slice(offset, offset + MAX_BATCH_RECORDS);
        const nextOffset = offset + records.length;
        const taken = positions.take({ topic, partition, records, nextOffset, highWatermark: all.length });
        if (taken === null) continue;
        found += 1;
        yield taken;
        if (signal.aborted) return;
      }
      if (found === 0) await this.nextChange(signal);
    }
  }

  async close(): Promise<void> {
    // There is no connection.
  }

  private requireTopic(topic: string): void {
    if (this.log.describe(topic) !== null) return;
    throw new PitwallError(`Got ${topic} to read, which does not exist; check its name, or create it.`, {
      code: 'unknown_topic',
    });
  }

  private nextChange(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        unlisten();
        signal.removeEventListener('abort', done);
        resolve();
      };
      const unlisten = this.log.onChange(done);
      signal.addEventListener('abort', done, { once: true });
    });
  }
}
