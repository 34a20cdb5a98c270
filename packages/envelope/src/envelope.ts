import { HEADER, type ReasonCode } from '@pitwall/contracts';
import { dead, decodeText, headerOf, type Dead, type Header, type InboundRecord } from '@pitwall/messaging';

/** What a record says of its event besides the data. What it does not say is null. */
export interface Envelope {
  readonly id: string | null;
  readonly source: string | null;
  readonly type: string | null;
  readonly time: string | null;
  /** Names the entity before the definition's fields do. */
  readonly partitionKey: string | null;
  readonly data: unknown;
  /** Pointer into the data → digits of an integer that a JavaScript number cannot hold. */
  readonly exact: ReadonlyMap<string, string> | null;
}

/** What a record holds, wherever it stands. */
export type RecordContent = Pick<InboundRecord, 'key' | 'value' | 'headers'>;

/** How an envelope is read. */
export interface EnvelopeRules {
  /**
   * CloudEvents requires an id. Whoever takes the event from its producer may give it one; in a topic it is too late for that:
   * the record would be another event each time it is read.
   */
  readonly isIdRequired: boolean;
}

/** The three ways in which an event may be written (CloudEvents Kafka binding 1.0, and plain JSON). */
export const CONTENT_MODES = ['binary', 'structured', 'plain'] as const;
/** One of {@link CONTENT_MODES}. */
export type ContentMode = (typeof CONTENT_MODES)[number];

const STRUCTURED = 'application/cloudevents+json';

/** How the record is written: by its `content-type` and by whether it has any `ce_` header. */
export function contentModeOf(headers: readonly Header[]): ContentMode {
  if (contentTypeOf(headers) === STRUCTURED) return 'structured';
  return headers.some((header) => header.name.startsWith('ce_')) ? 'binary' : 'plain';
}

/** The media type without its parameters, lower case; null where there is none or it cannot be read. */
export function contentTypeOf(headers: readonly Header[]): string | null {
  const value = headerOf(headers, HEADER.contentType);
  const text = value === undefined || value === null ? null : decodeText(value);
  return text === null ? null : (text.split(';', 1)[0] as string).trim().toLowerCase();
}

/** The record's key as text; null where it has none or it is not UTF-8. */
export function keyTextOf(record: RecordContent): string | null {
  return record.key === null || record.key.length === 0 ? null : decodeText(record.key);
}

/** Tells a refusal from what was read. */
export function isDead(read: object): read is Dead {
  return 'kind' in read && read.kind === 'dead';
}

/** Refuses a record as a whole: no single place in the event is at fault. */
export function refuse(reason: ReasonCode, message: string): Dead {
  return dead({ reason, message });
}
