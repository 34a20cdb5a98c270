import { isUtf8 } from 'node:buffer';
import { type EventIdentity, formatOrigin, HEADER, JSON_CONTENT_TYPE, LIMITS, type Origin } from '@pitwall/contracts';
import type { Header } from './port.js';

/** Value of the first header of this name: null where it has none, undefined where there is no such header. */
export function headerOf(headers: readonly Header[], name: string): Buffer | null | undefined {
  for (const header of headers) {
    if (header.name === name) return header.value;
  }
  return undefined;
}

/** A header whose value is text, as UTF-8. */
export function textHeader(name: string, text: string): Header {
  return { name, value: Buffer.from(text, 'utf8') };
}

/** Bytes as text; null where they are not UTF-8. */
export function decodeText(bytes: Buffer): string | null {
  return isUtf8(bytes) ? bytes.toString('utf8') : null;
}

/** Says when the record that a message is made from was appended, milliseconds since the epoch. */
export function inputAppendedAtHeader(appendedAt: number): Header {
  return textHeader(HEADER.inputAppendedAt, String(appendedAt));
}

/** Whole milliseconds of every year that has four digits. */
const MAX_TIME_DIGITS = 15;

/**
 * When the record that this one was made from was appended, milliseconds since the epoch; null where the record does not say,
 * or not as {@link inputAppendedAtHeader} writes it.
 */
export function inputAppendedAtOf(headers: readonly Header[]): number | null {
  const value = headerOf(headers, HEADER.inputAppendedAt) ?? null;
  if (value === null || value.length === 0 || value.length > MAX_TIME_DIGITS) return null;
  let time = 0;
  for (const byte of value) {
    const digit = byte - 0x30;
    if (digit < 0 || digit > 9) return null;
    time = time * 10 + digit;
  }
  return time;
}

/** The identity that the headers of a CloudEvent state; null where they do not state all of it. */
export function identityIn(headers: readonly Header[]): EventIdentity | null {
  const source = shortText(headers, HEADER.ceSource);
  const id = shortText(headers, HEADER.ceId);
  return source === null || id === null ? null : { source, id };
}

function shortText(headers: readonly Header[], name: string): string | null {
  const value = headerOf(headers, name);
  if (value === null || value === undefined || value.length === 0 || value.length > LIMITS.maxIdBytes) return null;
  return decodeText(value);
}

/** What a message says of itself in its headers (CloudEvents 1.0, Kafka binding, binary mode). */
export interface CloudEventHeaders {
  /** `ce_type`, e.g. `pitwall.features`. */
  readonly type: string;
  readonly source: string;
  readonly id: string;
  /** RFC 3339. */
  readonly time: string;
  readonly subject: string;
  readonly traceparent: string;
  /** Passed on as it came; left out where there is none. */
  readonly tracestate?: string | null;
  readonly origin: Origin;
  /** When the record that this message is made from was appended, milliseconds since the epoch. */
  readonly inputAppendedAt: number;
}

const SPEC_VERSION = textHeader(HEADER.ceSpecVersion, '1.0');
const CONTENT_TYPE = textHeader(HEADER.contentType, JSON_CONTENT_TYPE);

/** The headers of a message that Pitwall derives from an event, always in the same order. */
export function cloudEventHeaders(event: CloudEventHeaders): Header[] {
  const headers = [
    SPEC_VERSION,
    textHeader(HEADER.ceId, event.id),
    textHeader(HEADER.ceSource, event.source),
    textHeader(HEADER.ceType, event.type),
    textHeader(HEADER.ceTime, event.time),
    textHeader(HEADER.ceSubject, event.subject),
    CONTENT_TYPE,
    textHeader(HEADER.origin, formatOrigin(event.origin)),
    inputAppendedAtHeader(event.inputAppendedAt),
    textHeader(HEADER.traceparent, event.traceparent),
  ];
  if (typeof event.tracestate === 'string') headers.push(textHeader(HEADER.tracestate, event.tracestate));
  return headers;
}
