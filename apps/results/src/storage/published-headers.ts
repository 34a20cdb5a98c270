import type { Header } from '@pitwall/messaging';

/** Headers as they are kept beside the value: a JSON array of [name, text] in the order in which they are published. */
export function encodeHeaders(headers: readonly Header[]): Buffer {
  const pairs = headers.map(({ name, value }) => [name, value === null ? null : value.toString('utf8')]);
  return Buffer.from(JSON.stringify(pairs), 'utf8');
}

/** Reads back what {@link encodeHeaders} wrote. */
export function decodeHeaders(json: string): Header[] {
  const pairs = JSON.parse(json) as readonly (readonly [string, string | null])[];
  return pairs.map(([name, text]) => ({ name, value: text === null ? null : Buffer.from(text, 'utf8') }));
}
