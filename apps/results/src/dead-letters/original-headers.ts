import { isUtf8 } from 'node:buffer';
import type { Header } from '@pitwall/messaging';

type Text = string | { readonly base64: string };
type Pair = readonly [name: Text, value: Text | null];

/**
 * Headers of any producer as JSON that loses nothing: an array of [name, value] in their order. What is UTF-8 stands there as
 * text, other bytes in base64.
 */
export function encodeOriginalHeaders(headers: readonly Header[]): Buffer {
  const pairs = headers.map(({ name, nameBytes, value }): Pair => [
    nameBytes === undefined ? name : encode(nameBytes),
    value === null ? null : encode(value),
  ]);
  return Buffer.from(JSON.stringify(pairs), 'utf8');
}

/** Reads back what {@link encodeOriginalHeaders} wrote. */
export function decodeOriginalHeaders(json: string): Header[] {
  return (JSON.parse(json) as readonly Pair[]).map(([name, value]) => ({
    ...(typeof name === 'string' ? { name } : named(Buffer.from(name.base64, 'base64'))),
    value: value === null ? null : decode(value),
  }));
}

function named(nameBytes: Buffer): Pick<Header, 'name' | 'nameBytes'> {
  return { name: nameBytes.toString('utf8'), nameBytes };
}

function encode(bytes: Buffer): Text {
  return isUtf8(bytes) ? bytes.toString('utf8') : { base64: bytes.toString('base64') };
}

function decode(text: Text): Buffer {
  return typeof text === 'string' ? Buffer.from(text, 'utf8') : Buffer.from(text.base64, 'base64');
}
