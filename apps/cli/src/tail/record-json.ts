import { isUtf8 } from 'node:buffer';
import { type Header, type InboundRecord, parseJson } from '@pitwall/messaging';
import { deadLetterOf } from './record-lines.js';

/** Bytes for a program: text where they are UTF-8. */
type Bytes = string | { readonly base64: string } | null;

/** A record as a JSON document: its value as JSON where it is, else as text or base64 under another name. */
export function recordJson(record: InboundRecord): Readonly<Record<string, unknown>> {
  const { topic, partition, offset, appendedAt, key, headers } = record;
  const letter = deadLetterOf(record);
  return {
    topic,
    partition,
    offset,
    appendedAt: new Date(appendedAt).toISOString(),
    key: bytesOf(key),
    headers: headersOf(headers),
    ...valueOf(record),
    ...(letter === null ? {} : { deadLetter: letter }),
  };
}

function valueOf({ value }: InboundRecord): Readonly<Record<string, unknown>> {
  if (value === null) return { value: null };
  const json = parseJson(value);
  return json.ok ? { value: json.value } : { raw: bytesOf(value) };
}

/** By name; a name that stands several times has all its values. */
function headersOf(headers: readonly Header[]): Record<string, Bytes | readonly Bytes[]> {
  const byName = Map.groupBy(headers, ({ name }) => name);
  const entries = [...byName].map(([name, all]): [string, Bytes | readonly Bytes[]] => {
    const values = all.map(({ value }) => bytesOf(value));
    return [name, values.length === 1 ? (values[0] ?? null) : values];
  });
  return Object.fromEntries(entries);
}

function bytesOf(bytes: Buffer | null): Bytes {
  if (bytes === null) return null;
  return isUtf8(bytes) ? bytes.toString('utf8') : { base64: bytes.toString('base64') };
}
