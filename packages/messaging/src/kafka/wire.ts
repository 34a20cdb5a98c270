/**
 * Reading the record batches (format version 2, magic byte 2) of Kafka's wire protocol, see "Record Batch" in the Kafka
 * documentation. One pass over the fetched bytes, one object per record, headers on demand.
 */
import { isUtf8 } from 'node:buffer';
import type { Header, InboundRecord } from '../port.js';

/** A place in a buffer that moves on as values are read. */
export class Cursor {
  constructor(
    readonly bytes: Buffer,
    public at: number,
  ) {}

  /** Zig-zag variable-length integer of at most 32 bits. */
  varint(): number {
    const { bytes } = this;
    let byte = bytes[this.at++] as number;
    let raw = byte & 0x7f;
    for (let shift = 7; byte >= 0x80; shift += 7) {
      byte = bytes[this.at++] as number;
      raw |= (byte & 0x7f) << shift;
    }
    return (raw >>> 1) ^ -(raw & 1);
  }

  /** Zig-zag variable-length integer of at most 64 bits; exact up to 2^53. */
  varlong(): number {
    const { bytes } = this;
    let raw = 0;
    let scale = 1;
    let byte: number;
    do {
      byte = bytes[this.at++] as number;
      raw += (byte & 0x7f) * scale;
      scale *= 128;
    } while (byte >= 0x80);
    return raw % 2 === 0 ? raw / 2 : -(raw + 1) / 2;
  }

  /** Bytes preceded by their length; -1 stands for null. */
  nullableBytes(): Buffer | null {
    const length = this.varint();
    if (length < 0) return null;
    const from = this.at;
    this.at += length;
    return this.bytes.subarray(from, this.at);
  }
}

/** A signed 64-bit integer as a number; exact up to 2^53, which offsets and times never reach. */
export function readInt64(bytes: Buffer, at: number): number {
  return bytes.readInt32BE(at) * 2 ** 32 + bytes.readUInt32BE(at + 4);
}

/** A fetched record. `topic` and `partition` are set by the batch that it came in. */
export class WireRecord implements InboundRecord {
  topic = '';
  partition = 0;
  offset = 0;
  appendedAt = 0;
  key: Buffer | null = null;
  value: Buffer | null = null;
  private headersAt = 0;
  private decoded: readonly Header[] | null = null;

  constructor(private readonly bytes: Buffer) {}

  get headers(): readonly Header[] {
    this.decoded ??= decodeHeaders(new Cursor(this.bytes, this.headersAt));
    return this.decoded;
  }

  /** Reads one record; the cursor then stands after it. `baseTime` null: the time is that of the batch, set by the caller. */
  static read(cursor: Cursor, baseOffset: number, baseTime: number): WireRecord {
    const length = cursor.varint();
    const end = cursor.at + length;
    cursor.at += 1; // attributes, unused
    const record = new WireRecord(cursor.bytes);
    record.appendedAt = baseTime + cursor.varlong();
    record.offset = baseOffset + cursor.varint();
    record.key = cursor.nullableBytes();
    record.value = cursor.nullableBytes();
    record.headersAt = cursor.at;
    cursor.at = end;
    return record;
  }
}

const NONE: readonly Header[] = [];

/** Headers in their order: repeated names stay apart, null stays null, `__proto__` is a name like any other. */
function decodeHeaders(cursor: Cursor): readonly Header[] {
  const count = cursor.varint();
  if (count <= 0) return NONE;
  const headers = new Array<Header>(count);
  for (let index = 0; index < count; index += 1) {
    const length = cursor.varint();
    const from = cursor.at;
    cursor.at += length;
    headers[index] = headerOfWire(cursor, from);
  }
  return headers;
}

function headerOfWire(cursor: Cursor, nameFrom: number): Header {
  const { bytes, at: nameTo } = cursor;
  const value = cursor.nullableBytes();
  for (let at = nameFrom; at < nameTo; at += 1) {
    if ((bytes[at] as number) >= 0x80) return unusualHeader(bytes.subarray(nameFrom, nameTo), value);
  }
  return { name: bytes.toString('latin1', nameFrom, nameTo), value };
}

function unusualHeader(nameBytes: Buffer, value: Buffer | null): Header {
  const name = nameBytes.toString('utf8');
  return isUtf8(nameBytes) ? { name, value } : { name, value, nameBytes };
}
