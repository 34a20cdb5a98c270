import type { Header, InboundRecord, OutboundRecord } from '../port.js';

/** A record in memory of its own. */
export interface OwnCopy<Kind> {
  readonly record: Kind;
  /** About what it takes. */
  readonly bytes: number;
}

/** What a record takes besides its bytes. */
const OVERHEAD_BYTES = 500;

/** About what a copy of the record takes. */
export function bytesOf({ key, value, headers }: Pick<OutboundRecord, 'key' | 'value' | 'headers'>): number {
  let bytes = OVERHEAD_BYTES + (key?.length ?? 0) + (value?.length ?? 0);
  for (const header of headers) bytes += 2 * header.name.length + (header.value?.length ?? 0);
  return bytes;
}

/**
 * Copies a record that is to be kept: as it was fetched its bytes are a part of all that came with it, megabytes that would stay
 * in memory for its sake.
 */
export function ownCopy<Kind extends InboundRecord | OutboundRecord>(record: Kind): OwnCopy<Kind> {
  const copied = {
    ...fieldsOf(record),
    key: copyOf(record.key),
    value: copyOf(record.value),
    headers: record.headers.map(headerCopy),
  };
  return { record: copied as unknown as Kind, bytes: bytesOf(record) };
}

/** A fetched record has getters, which a spread would leave out. */
function fieldsOf(record: InboundRecord | OutboundRecord): object {
  const { topic, partition } = record;
  if (!('offset' in record)) return { topic, partition };
  const { offset, appendedAt } = record;
  return { topic, partition, offset, appendedAt };
}

function headerCopy(header: Header): Header {
  const { name, nameBytes } = header;
  const value = copyOf(header.value);
  return nameBytes === undefined ? { name, value } : { name, value, nameBytes: Buffer.from(nameBytes) };
}

function copyOf(bytes: Buffer | null): Buffer | null {
  return bytes === null ? null : Buffer.from(bytes);
}
