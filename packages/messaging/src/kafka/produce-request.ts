/**
 * Writing record batches (magic byte 2) and the produce request around them, straight into one buffer.
 */
import type { Header, OutboundRecord } from '../port.js';
import { crc32c } from './crc32c.js';

const BATCH_HEADER_BYTES = 61;
const AT = { crc: 17, attributes: 21 };
const MAGIC = 2;

/** Record names repeat: their bytes are kept, for at most this many names. */
const MAX_KNOWN_NAMES = 256;
const knownNames = new Map<string, Buffer>();

function nameBytesOf(header: Header): Buffer {
  if (header.nameBytes !== undefined) return header.nameBytes;
  const known = knownNames.get(header.name);
  if (known !== undefined) return known;
  const bytes = Buffer.from(header.name, 'utf8');
  if (knownNames.size < MAX_KNOWN_NAMES) knownNames.set(header.name, bytes);
  return bytes;
}

/** Bytes of a zig-zag varint. */
function varintSize(value: number): number {
  const raw = ((value << 1) ^ (value >> 31)) >>> 0;
  if (raw < 0x80) return 1;
  if (raw < 0x4000) return 2;
  if (raw < 0x200000) return 3;
  return raw < 0x10000000 ? 4 : 5;
}

function nullableSize(bytes: Buffer | null): number {
  return bytes === null ? 1 : varintSize(bytes.length) + bytes.length;
}

/** What the size of a record depends on. */
type SizedRecord = Pick<OutboundRecord, 'headers' | 'key' | 'value'>;

/** Size of a record's body in a batch, with `offsetDelta` as its place; the length field in front of it is not counted. */
function bodySize(record: SizedRecord, offsetDelta: number): number {
  const { headers } = record;
  let size =
    2 + varintSize(offsetDelta) + nullableSize(record.key) + nullableSize(record.value) + varintSize(headers.length);
  for (const header of headers) size += nullableSize(nameBytesOf(header)) + nullableSize(header.value);
  return size;
}

const MAX_OFFSET_DELTA = 1_000;

/** Upper bound of the bytes that a record takes in a batch. */
export function recordSize(record: SizedRecord): number {
  const size = bodySize(record, MAX_OFFSET_DELTA);
  return size + varintSize(size);
}

/** Bytes that a batch takes besides its records. */
export const BATCH_OVERHEAD_BYTES = BATCH_HEADER_BYTES;

/** Upper bound in bytes of a batch with this record alone, which is what a broker holds against `max.message.bytes`. */
export function batchSizeOf(record: SizedRecord): number {
  return BATCH_OVERHEAD_BYTES + recordSize(record);
}

class Writer {
  at = 0;
  constructor(readonly bytes: Buffer) {}

  int32(value: number): void {
    this.at = this.bytes.writeInt32BE(value, this.at);
  }

  /** Exact up to 2^53. */
  int64(value: number): void {
    this.int32(Math.floor(value / 2 ** 32));
    this.at = this.bytes.writeUInt32BE(value >>> 0, this.at);
  }

  varint(value: number): void {
    const { bytes } = this;
    let raw = ((value << 1) ^ (value >> 31)) >>> 0;
    while (raw >= 0x80) {
      bytes[this.at++] = (raw & 0x7f) | 0x80;
      raw >>>= 7;
    }
    bytes[this.at++] = raw;
  }

  nullable(value: Buffer | null): void {
    if (value === null) {
      this.bytes[this.at++] = 1; // zig-zag of -1
      return;
    }
    this.varint(value.length);
    this.bytes.set(value, this.at);
    this.at += value.length;
  }

  string(value: string): void {
    const length = Buffer.byteLength(value, 'utf8');
    this.at = this.bytes.writeInt16BE(length, this.at);
    this.at += this.bytes.write(value, this.at, length, 'utf8');
  }
}

/** Records of one partition in one request. */
export interface PartitionRecords {
  readonly partition: number;
  readonly messages: readonly OutboundRecord[];
  /** Number of the first record, where an idempotent producer counts them. */
  readonly firstSequence?: number;
}

/** Records of one topic in one request. */
export interface TopicRecords {
  readonly topic: string;
  readonly partitions: readonly PartitionRecords[];
}

/** What a produce request says besides its records. */
export interface ProduceOptions {
  readonly acks: number;
  readonly timeoutMs: number;
  /** Milliseconds since the epoch; topics stamped by the broker ignore it. */
  readonly createdAt: number;
  /** The idempotent producer that sends; absent: none. */
  readonly producer?: Producer;
}

/** An idempotent producer as the broker knows it. */
export interface Producer {
  readonly id: number;
  readonly epoch: number;
}

const NO_PRODUCER: Producer = { id: -1, epoch: -1 };

/** The body of a produce request, version 3 to 8: no transaction, no compression. */
export function encodeProduceRequest(topics: readonly TopicRecords[], options: ProduceOptions): Buffer {
  const sizes = new Map<PartitionRecords, BatchSizes>();
  const writer = new Writer(Buffer.allocUnsafe(requestSize(topics, sizes)));
  writer.at = writer.bytes.writeInt16BE(-1, 0); // no transactional id
  writer.at = writer.bytes.writeInt16BE(options.acks, writer.at);
  writer.int32(options.timeoutMs);
  writer.int32(topics.length);
  for (const { topic, partitions } of topics) {
    writer.string(topic);
    writer.int32(partitions.length);
    for (const records of partitions) {
      const measured = sizes.get(records) as BatchSizes;
      writer.int32(records.partition);
      writer.int32(measured.total);
      const { createdAt, producer = NO_PRODUCER } = options;
      const firstSequence = producer === NO_PRODUCER ? -1 : (records.firstSequence ?? -1);
      writeBatch(writer, records.messages, { ...measured, createdAt, producer, firstSequence });
    }
  }
  return writer.bytes;
}

interface BatchSizes {
  readonly bodies: Int32Array;
  readonly total: number;
}

function requestSize(topics: readonly TopicRecords[], sizes: Map<PartitionRecords, BatchSizes>): number {
  let size = 2 + 2 + 4 + 4;
  for (const { topic, partitions } of topics) {
    size += 2 + Buffer.byteLength(topic, 'utf8') + 4;
    for (const records of partitions) {
      const measured = measure(records.messages);
      sizes.set(records, measured);
      size += 4 + 4 + measured.total;
    }
  }
  return size;
}

function measure(messages: readonly OutboundRecord[]): BatchSizes {
  const bodies = new Int32Array(messages.length);
  let total = BATCH_HEADER_BYTES;
  messages.forEach((message, index) => {
    const body = bodySize(message, index);
    bodies[index] = body;
    total += varintSize(body) + body;
  });
  return { bodies, total };
}

function writeBatch(
  writer: Writer,
  messages: readonly OutboundRecord[],
  batch: BatchSizes & { readonly createdAt: number; readonly producer: Producer; readonly firstSequence: number },
): void {
  const { bytes, at: start } = writer;
  writer.int64(0); // base offset, set by the broker
  writer.int32(batch.total - 12);
  writer.int32(-1); // partition leader epoch
  bytes[writer.at] = MAGIC;
  writer.at = start + AT.attributes;
  writer.at = bytes.writeInt16BE(0, writer.at);
  writer.int32(messages.length - 1);
  writer.int64(batch.createdAt);
  writer.int64(batch.createdAt);
  writer.int64(batch.producer.id);
  writer.at = bytes.writeInt16BE(batch.producer.epoch, writer.at);
  writer.int32(batch.firstSequence);
  writer.int32(messages.length);
  messages.forEach((message, index) => {
    writer.varint(batch.bodies[index] as number);
    writeRecord(writer, message, index);
  });
  bytes.writeUInt32BE(crc32c(bytes, start + AT.attributes, writer.at), start + AT.crc);
}

function writeRecord(writer: Writer, record: OutboundRecord, offsetDelta: number): void {
  writer.bytes[writer.at++] = 0; // attributes
  writer.bytes[writer.at++] = 0; // time since the first record
  writer.varint(offsetDelta);
  writer.nullable(record.key);
  writer.nullable(record.value);
  writer.varint(record.headers.length);
  for (const header of record.headers) {
    writer.nullable(nameBytesOf(header));
    writer.nullable(header.value);
  }
}
