import { createHash } from 'node:crypto';
import { contentDigest, HEADER } from '@pitwall/contracts';
import type { Header, InboundRecord } from '@pitwall/messaging';

/** `<partition>:<offset>` on a topic. */
export type Position = string;

/** `<source>\n<id>`: sources and ids may hold any other character. */
export type IdentityKey = string;

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** The first header of a name; null where there is none, or none that can be read. */
export function textOf(headers: readonly Header[], name: string): string | null {
  const value = headers.find((header) => header.name === name)?.value;
  if (value == null) return null;
  try {
    return UTF8.decode(value);
  } catch {
    // Not UTF-8: it says nothing that can be read, and the services have to say so too.
    return null;
  }
}

/** Whether a record was sampled: the last bit of the flags of its trace context (W3C). */
export function isSampled(headers: readonly Header[]): boolean {
  return (Number.parseInt(textOf(headers, HEADER.traceparent)?.slice(-2) ?? '0', 16) & 1) === 1;
}

/** Where a record stands, or the one that another goes back to. */
export function positionOf({ partition, offset }: { readonly partition: number; readonly offset: number }): Position {
  return `${partition}:${offset}`;
}

/** The key of an identity. */
export function identityKey(source: string, id: string): IdentityKey {
  return `${source}\n${id}`;
}

/** How a model version is called; decisions that no model answered for have a name of their own. */
export function modelKey(model: { readonly name: string; readonly version: string } | null): string {
  return model === null ? 'fallback' : `${model.name}@${model.version}`;
}

/** Over everything that must be the same in every copy: key, value, every header in its order. */
export function publishedDigest({ key, value, headers }: InboundRecord): string {
  const hash = createHash('sha256').update(contentDigest(key, value));
  for (const { name, value: bytes } of headers) {
    hash.update(`\n${name} ${bytes?.length ?? -1} `).update(bytes ?? '');
  }
  return hash.digest('hex');
}
