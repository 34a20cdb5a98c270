import { PitwallError } from '@pitwall/contracts';
import type { ExistingTopic, InboundRecord, NewTopic, OutboundRecord } from '../port.js';

interface MemoryTopic {
  readonly config: Readonly<Record<string, string>>;
  readonly partitions: InboundRecord[][];
}

/** The topics of an in-memory broker, and who waits for what is appended. */
export class MemoryLog {
  private readonly topics = new Map<string, MemoryTopic>();
  private readonly listeners = new Set<() => void>();

  constructor(private readonly now: () => number) {}

  create({ name, partitions, config }: NewTopic): void {
    this.topics.set(name, { config, partitions: Array.from({ length: partitions }, () => []) });
    this.changed();
  }

  describe(name: string): ExistingTopic | null {
    const topic = this.topics.get(name);
    return topic === undefined ? null : { name, partitions: topic.partitions.length, config: topic.config };
  }

  /** The records of one partition. Rejects what does not exist as a cluster does. */
  partition(name: string, partition: number): InboundRecord[] {
    const records = this.topics.get(name)?.partitions[partition];
    if (records !== undefined) return records;
    throw new PitwallError(
      `Got a record for ${name}, partition ${partition}, which does not exist; create the topic first.`,
      {
        code: 'send_failed',
        retriable: true,
      },
    );
  }

  append(records: readonly OutboundRecord[]): void {
    const appendedAt = this.now();
    for (const { topic, partition } of records) this.partition(topic, partition);
    for (const record of records) {
      const log = this.partition(record.topic, record.partition);
      log.push({ ...record, headers: record.headers.map((header) => ({ ...header })), offset: log.length, appendedAt });
    }
    this.changed();
  }

  /** Told after every change; returns what ends it. */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }
}
