import { LIMITS, PitwallError } from '@pitwall/contracts';
import type { OutboundRecord } from '../port.js';
import { BATCH_OVERHEAD_BYTES, recordSize } from './produce-request.js';

/** Records of one request. */
export interface Chunk {
  readonly records: readonly OutboundRecord[];
}

const MAX_MESSAGES_PER_PARTITION = 1_000;
/** What a batch may hold; the smallest limit of all topics (events) is what a broker refuses above. */
const MAX_BYTES_PER_PARTITION = LIMITS.maxEventRecordBytes - BATCH_OVERHEAD_BYTES;
const MAX_BYTES_PER_REQUEST = 8 * 1024 * 1024;

/**
 * Splits records into requests, in order: at most 1,000 records and 512 KiB of one partition in one request. A record that is
 * larger by itself goes alone in its partition: its topic may allow it.
 */
export function planChunks(records: readonly OutboundRecord[]): Chunk[] {
  const chunks: Chunk[] = [];
  let current = new OpenChunk();
  for (const record of records) {
    const size = recordSize(record);
    if (!current.fits(record, size)) {
      chunks.push({ records: current.records });
      current = new OpenChunk();
    }
    current.add(record, size);
  }
  if (current.records.length > 0) chunks.push({ records: current.records });
  return chunks;
}

interface Fill {
  count: number;
  bytes: number;
}

class OpenChunk {
  readonly records: OutboundRecord[] = [];
  private readonly fills = new Map<string, Map<number, Fill>>();
  private bytes = 0;

  fits(record: OutboundRecord, size: number): boolean {
    if (this.records.length === 0) return true;
    const { count, bytes } = this.fillOf(record);
    if (this.bytes + size > MAX_BYTES_PER_REQUEST) return false;
    return count === 0 || (count < MAX_MESSAGES_PER_PARTITION && bytes + size <= MAX_BYTES_PER_PARTITION);
  }

  add(record: OutboundRecord, size: number): void {
    const fill = this.fillOf(record);
    fill.count += 1;
    fill.bytes += size;
    this.bytes += size;
    this.records.push(record);
  }

  private fillOf({ topic, partition }: OutboundRecord): Fill {
    let partitions = this.fills.get(topic);
    if (partitions === undefined) this.fills.set(topic, (partitions = new Map()));
    let fill = partitions.get(partition);
    if (fill === undefined) partitions.set(partition, (fill = { count: 0, bytes: 0 }));
    return fill;
  }
}

const MAX_PARTITION = 2 ** 31 - 1;

/** Refuses records that no broker could take, before anything of the call is sent. */
export function checkRecords(records: readonly OutboundRecord[]): void {
  for (const { topic, partition } of records) {
    if (topic.length > 0 && Number.isInteger(partition) && partition >= 0 && partition <= MAX_PARTITION) continue;
    throw new PitwallError(
      `Got a record for topic ${JSON.stringify(topic)}, partition ${partition}; expected a topic and a partition from 0 on.`,
      { code: 'invalid_record' },
    );
  }
}
