import { promisify } from 'node:util';
import { gunzip, zstdDecompress } from 'node:zlib';
import { PitwallError } from '@pitwall/contracts';
import { Cursor, readInt64, WireRecord } from './wire.js';

/** What kafkajs hands to a decoder: the response, and how far it has been read. */
export interface ResponseDecoder {
  readonly buffer: Buffer;
  offset: number;
}

/** Records that one producer wrote in a transaction, or the marker that ends one. */
interface TransactionalSpan {
  readonly producerId: number;
  readonly lastOffset: number;
  /** Indices into `records`. */
  readonly from: number;
  readonly to: number;
  readonly isAbortMarker: boolean;
}

/** The records of one partition in one fetch response. */
export interface RecordSet {
  readonly records: WireRecord[];
  /** Offset after the last record batch, -1 where there was no whole one. Larger than the last record's where the log was compacted or holds transaction markers. */
  nextOffset: number;
  readonly transactional: TransactionalSpan[];
}

const LENGTH_FIELDS = 12;
const AT = {
  length: 8,
  magic: 16,
  attributes: 21,
  lastOffsetDelta: 23,
  baseTime: 27,
  maxTime: 35,
  producerId: 43,
  count: 57,
  records: 61,
};
const MAGIC = 2;
const ATTRIBUTE = { codec: 0x07, logAppendTime: 0x08, transactional: 0x10, control: 0x20 };
const MAX_UNPACKED_BYTES = 64 * 1024 * 1024;

const unpackers: Readonly<Record<number, (bytes: Buffer) => Promise<Buffer>>> = {
  1: (bytes) => promisify(gunzip)(bytes, { maxOutputLength: MAX_UNPACKED_BYTES }),
  4: (bytes) => promisify(zstdDecompress)(bytes, { maxOutputLength: MAX_UNPACKED_BYTES }),
};
const CODEC_NAMES = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];

/** Reads the record set that a fetch response holds at the decoder's place. A cut-off batch at its end is left out. */
export async function decodeRecordSet(decoder: ResponseDecoder): Promise<RecordSet> {
  const set: RecordSet = { records: [], nextOffset: -1, transactional: [] };
  const size = decoder.buffer.readInt32BE(decoder.offset);
  const bytes = decoder.buffer;
  let at = decoder.offset + 4;
  const end = at + Math.max(size, 0);
  decoder.offset = end;
  while (at + AT.records <= end) {
    const next = at + LENGTH_FIELDS + bytes.readInt32BE(at + AT.length);
    if (next > end) break;
    const pending = decodeBatch(bytes.subarray(at, next), set);
    if (pending !== null) await pending;
    at = next;
  }
  return set;
}

/** Decodes one batch into the set; a promise only where it has to be unpacked. */
function decodeBatch(batch: Buffer, set: RecordSet): Promise<void> | null {
  if (batch[AT.magic] !== MAGIC) {
    throw new PitwallError(
      `Got a record batch of format ${batch[AT.magic]}, expected ${MAGIC} (Kafka 0.11 and later); read the topic with a broker that converts it.`,
      { code: 'unsupported_record_format' },
    );
  }
  const baseOffset = readInt64(batch, 0);
  const attributes = batch.readInt16BE(AT.attributes);
  set.nextOffset = baseOffset + batch.readInt32BE(AT.lastOffsetDelta) + 1;
  if ((attributes & ATTRIBUTE.control) !== 0) {
    noteMarker(batch, set);
    return null;
  }
  const codec = attributes & ATTRIBUTE.codec;
  if (codec === 0) {
    readRecords(new Cursor(batch, AT.records), batch, set);
    return null;
  }
  return unpack(codec, batch.subarray(AT.records)).then((unpacked) => {
    readRecords(new Cursor(unpacked, 0), batch, set);
  });
}

function readRecords(cursor: Cursor, batch: Buffer, set: RecordSet): void {
  const { records } = set;
  const from = records.length;
  const baseOffset = readInt64(batch, 0);
  const attributes = batch.readInt16BE(AT.attributes);
  const baseTime = readInt64(batch, AT.baseTime);
  const appendTime = (attributes & ATTRIBUTE.logAppendTime) === 0 ? null : readInt64(batch, AT.maxTime);
  const count = batch.readInt32BE(AT.count);
  for (let index = 0; index < count; index += 1) {
    const record = WireRecord.read(cursor, baseOffset, baseTime);
    if (appendTime !== null) record.appendedAt = appendTime;
    records.push(record);
  }
  if ((attributes & ATTRIBUTE.transactional) !== 0) {
    const producerId = readInt64(batch, AT.producerId);
    set.transactional.push({
      producerId,
      lastOffset: set.nextOffset - 1,
      from,
      to: records.length,
      isAbortMarker: false,
    });
  }
}

/** A control batch holds one record whose key is (version int16, type int16); type 0 aborts. */
function noteMarker(batch: Buffer, set: RecordSet): void {
  const key = WireRecord.read(new Cursor(batch, AT.records), 0, 0).key;
  set.transactional.push({
    producerId: readInt64(batch, AT.producerId),
    lastOffset: set.nextOffset - 1,
    from: 0,
    to: 0,
    isAbortMarker: key !== null && key.length >= 4 && key.readInt16BE(2) === 0,
  });
}

function unpack(codec: number, packed: Buffer): Promise<Buffer> {
  const unpacker = unpackers[codec];
  if (unpacker === undefined) {
    throw new PitwallError(
      `Got a record batch packed with ${CODEC_NAMES[codec] ?? `codec ${codec}`}, expected none, gzip or zstd; set compression.type=uncompressed on the topic, and the broker unpacks what producers write.`,
      { code: 'unsupported_codec' },
    );
  }
  return unpacker(packed);
}

/** A transaction that was aborted: the broker names its producer and first offset. */
export interface AbortedTransaction {
  readonly producerId: string;
  readonly firstOffset: string;
}

/** The records without those of aborted transactions (KIP-98). */
export function committedRecords(set: RecordSet, aborted: readonly AbortedTransaction[] | null): WireRecord[] {
  if (aborted === null || aborted.length === 0 || set.transactional.length === 0) return set.records;
  const waiting = aborted
    .map((transaction) => ({
      producerId: Number(transaction.producerId),
      firstOffset: Number(transaction.firstOffset),
    }))
    .toSorted((a, b) => a.firstOffset - b.firstOffset);
  const dropped = new Set<number>();
  const keep = new Uint8Array(set.records.length).fill(1);
  for (const span of set.transactional) {
    while (waiting[0] !== undefined && waiting[0].firstOffset <= span.lastOffset) {
      dropped.add(waiting[0].producerId);
      waiting.shift();
    }
    if (span.isAbortMarker) dropped.delete(span.producerId);
    else if (dropped.has(span.producerId)) keep.fill(0, span.from, span.to);
  }
  return set.records.filter((_, index) => keep[index] === 1);
}
