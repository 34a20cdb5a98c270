import type { AbortedTransaction, RecordSet } from './record-set.js';
import { committedRecords } from './record-set.js';
import type { WireRecord } from './wire.js';

/** What kafkajs knows of one partition of a fetch response. */
export interface PartitionData {
  readonly partition: number;
  readonly highWatermark: string;
  /** kafkajs' name for the log start offset, from version 5 of the response on. */
  readonly lastStartOffset?: string;
  readonly abortedTransactions: readonly AbortedTransaction[] | null;
  readonly messages: RecordSet;
}

/**
 * In place of kafkajs' `consumer/batch.js`, with the same methods, which its runner calls: offsets are numbers, and no record
 * is looked at twice.
 */
export class WireBatch {
  readonly partition: number;
  readonly highWatermark: string;
  readonly messages: readonly WireRecord[];
  /** First offset that the log still holds. */
  readonly logStartOffset: number;
  /** Offset to go on at once all of `messages` are processed. */
  readonly nextOffset: number;
  private readonly isMoving: boolean;

  constructor(
    readonly topic: string,
    readonly fetchedOffset: string,
    data: PartitionData,
  ) {
    this.partition = data.partition;
    this.highWatermark = data.highWatermark;
    this.logStartOffset = Number(data.lastStartOffset ?? 0);
    const from = Number(fetchedOffset);
    let records = committedRecords(data.messages, data.abortedTransactions);
    const first = records[0];
    if (first !== undefined && first.offset < from) records = records.filter((record) => record.offset >= from);
    for (const record of records) {
      record.topic = topic;
      record.partition = data.partition;
    }
    this.messages = records;
    this.nextOffset = Math.max(data.messages.nextOffset, from);
    this.isMoving = this.nextOffset > from;
  }

  isEmpty(): boolean {
    return this.messages.length === 0;
  }

  /** The log goes on, but with nothing for us: compacted away, aborted, or markers of transactions. */
  isEmptyDueToFiltering(): boolean {
    return this.isEmpty() && this.isMoving;
  }

  firstOffset(): string | null {
    const first = this.messages[0];
    return first === undefined ? null : String(first.offset);
  }

  lastOffset(): string {
    return String(this.nextOffset - 1);
  }

  offsetLag(): string {
    return String(Number(this.highWatermark) - this.nextOffset);
  }

  offsetLagLow(): string {
    return String(this.isEmpty() ? 0 : Number(this.highWatermark) - 1 - (this.messages[0] as WireRecord).offset);
  }
}
