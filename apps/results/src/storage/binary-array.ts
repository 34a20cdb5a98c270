/**
 * PostgreSQL arrays in the binary format of its wire protocol (array_send/array_recv): a parameter that is a Buffer is sent as
 * binary, so the bytes of keys and values go from Kafka into the table without being escaped, hex-encoded or parsed.
 */

/** How the elements of an array are written: the type's OID and its encoder. */
export interface ElementType<T> {
  /** From pg_type; the built-in types' OIDs are fixed. */
  readonly oid: number;
  /** Bytes of the encoded value. */
  readonly size: (value: T) => number;
  /** Writes exactly `size(value)` bytes at `offset`. */
  readonly write: (into: Buffer, value: T, offset: number) => void;
}

const HEADER_BYTES = 20;
const LENGTH_BYTES = 4;
const NULL_LENGTH = -1;

/** Encodes one column of rows as a one-dimensional array; null elements become SQL NULL. `valueOf` is called once per row. */
export function binaryArray<Row, T>(
  type: ElementType<T>,
  rows: readonly Row[],
  valueOf: (row: Row) => T | null,
): Buffer {
  const values = rows.map(valueOf);
  let bytes = HEADER_BYTES;
  let hasNull = 0;
  for (const value of values) {
    if (value === null) hasNull = 1;
    bytes += LENGTH_BYTES + (value === null ? 0 : type.size(value));
  }
  const array = Buffer.allocUnsafe(bytes);
  writeHeader(array, { hasNull, oid: type.oid, length: values.length });
  let offset = HEADER_BYTES;
  for (const value of values) offset = writeElement(array, { type, value, offset });
  return array;
}

function writeHeader(array: Buffer, header: { hasNull: number; oid: number; length: number }): void {
  array.writeInt32BE(1, 0); // dimensions
  array.writeInt32BE(header.hasNull, 4);
  array.writeInt32BE(header.oid, 8);
  array.writeInt32BE(header.length, 12);
  array.writeInt32BE(1, 16); // lower bound
}

function writeElement<T>(array: Buffer, element: { type: ElementType<T>; value: T | null; offset: number }): number {
  const { type, value, offset } = element;
  if (value === null) {
    array.writeInt32BE(NULL_LENGTH, offset);
    return offset + LENGTH_BYTES;
  }
  const size = type.size(value);
  array.writeInt32BE(size, offset);
  type.write(array, value, offset + LENGTH_BYTES);
  return offset + LENGTH_BYTES + size;
}

const writeBytes = (into: Buffer, value: Buffer, offset: number): void => {
  value.copy(into, offset);
};

/** Milliseconds since the epoch to microseconds since 2000-01-01, which is how PostgreSQL counts. */
const POSTGRES_EPOCH_MS = 946_684_800_000;

/** The element types that the results service writes. */
export const ELEMENT = {
  /** 36 characters with hyphens. */
  uuid: {
    oid: 2950,
    size: () => 16,
    write: (into: Buffer, value: string, offset: number) => {
      into.write(value.replaceAll('-', ''), offset, 'hex');
    },
  },
  text: {
    oid: 25,
    size: (value: string) => Buffer.byteLength(value, 'utf8'),
    write: (into: Buffer, value: string, offset: number) => {
      into.write(value, offset, 'utf8');
    },
  },
  bytea: { oid: 17, size: (value: Buffer) => value.length, write: writeBytes },
  /** UTF-8 bytes of a JSON document: PostgreSQL keeps the type `json` as it is written. */
  json: { oid: 114, size: (value: Buffer) => value.length, write: writeBytes },
  /** Hex digits, two per byte, as bytea. */
  hex: {
    oid: 17,
    size: (value: string) => value.length / 2,
    write: (into: Buffer, value: string, offset: number) => {
      into.write(value, offset, 'hex');
    },
  },
  int4: {
    oid: 23,
    size: () => 4,
    write: (into: Buffer, value: number, offset: number) => {
      into.writeInt32BE(value, offset);
    },
  },
  int8: {
    oid: 20,
    size: () => 8,
    write: (into: Buffer, value: number, offset: number) => {
      into.writeBigInt64BE(BigInt(value), offset);
    },
  },
  float8: {
    oid: 701,
    size: () => 8,
    write: (into: Buffer, value: number, offset: number) => {
      into.writeDoubleBE(value, offset);
    },
  },
  /** 1 is true. */
  bool: {
    oid: 16,
    size: () => 1,
    write: (into: Buffer, value: 0 | 1, offset: number) => {
      into.writeUInt8(value, offset);
    },
  },
  /** Milliseconds since the epoch. */
  timestamptz: {
    oid: 1184,
    size: () => 8,
    write: (into: Buffer, value: number, offset: number) => {
      into.writeBigInt64BE(BigInt(value - POSTGRES_EPOCH_MS) * 1000n, offset);
    },
  },
} satisfies Record<string, ElementType<never>>;
