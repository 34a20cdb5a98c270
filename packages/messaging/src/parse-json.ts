import { isUtf8 } from 'node:buffer';
import { LIMITS, type ReasonCode } from '@pitwall/contracts';
import { type JsonScan, scanJson } from './json-scan.js';

/** A document that can be trusted to be of bounded shape, or why not. */
export type ParsedJson =
  | {
      readonly ok: true;
      readonly value: unknown;
      /**
       * Integers beyond ±(2^53 − 1) as they were written, by JSON pointer (RFC 6901): in `value` they are rounded. Null where
       * there is none.
       */
      readonly exact: ReadonlyMap<string, string> | null;
    }
  | {
      readonly ok: false;
      readonly reason: ReasonCode;
      /** What was got, what was expected. Storable text, and without any of the document but what the parser quotes. */
      readonly message: string;
      /** Byte offset, where it is known. */
      readonly at: number | null;
    };

type Refusal = Extract<ParsedJson, { ok: false }>;

/**
 * Parses JSON from an untrusted producer. Never throws. What it accepts, `JSON.parse` accepts with the same value; of repeated
 * keys the last one holds, as there. Refused besides: bytes that are not UTF-8, a byte order mark, nesting beyond 32,
 * more than 10,000 keys and elements, keys `__proto__` and `constructor`, NUL and lone surrogates in texts, numbers that a
 * double cannot hold. The caller checks the size.
 */
export function parseJson(bytes: Buffer): ParsedJson {
  if (!isUtf8(bytes)) return refusal('not_json', 'Got bytes that are not UTF-8, expected JSON in UTF-8.', null);
  if (hasByteOrderMark(bytes)) {
    return refusal('not_json', 'Got a byte order mark in front of the JSON, expected none (RFC 8259, section 8.1).', 0);
  }
  const scan = scanJson(bytes);
  const outOfBounds = boundsRefusal(scan);
  if (outOfBounds !== null) return outOfBounds;
  const text = bytes.toString('utf8');
  try {
    const value = JSON.parse(text) as unknown;
    return contentRefusal(scan) ?? { ok: true, value, exact: scan.hasLongInteger ? exactIntegers(text) : null };
  } catch (error) {
    return notJson(error);
  }
}

function hasByteOrderMark(bytes: Buffer): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}

function boundsRefusal({ tooDeepAt, tooManyAt }: JsonScan): Refusal | null {
  if (tooDeepAt !== null) {
    const expected = `expected objects and arrays to be nested at most ${LIMITS.maxJsonDepth} levels deep`;
    return refusal('json_too_deep', `Got one level more at byte ${tooDeepAt}, ${expected}.`, tooDeepAt);
  }
  if (tooManyAt !== null) {
    const expected = `expected at most ${LIMITS.maxJsonNodes} keys and elements`;
    return refusal('json_too_many_keys', `Got one more at byte ${tooManyAt}, ${expected}.`, tooManyAt);
  }
  return null;
}

function contentRefusal({ forbiddenKeyAt, notStorableAt, overflowAt }: JsonScan): Refusal | null {
  if (forbiddenKeyAt !== null) {
    const message = `Got a key __proto__ or constructor at byte ${forbiddenKeyAt}, expected other names.`;
    return refusal('json_forbidden_key', message, forbiddenKeyAt);
  }
  if (notStorableAt !== null) {
    const message = `Got NUL or half of a surrogate pair at byte ${notStorableAt}, expected text that a database can store.`;
    return refusal('text_not_storable', message, notStorableAt);
  }
  if (overflowAt !== null) {
    const message = `Got a number at byte ${overflowAt} that is too large for a double, expected at most 1.8e308.`;
    return refusal('not_json', message, overflowAt);
  }
  return null;
}

/** The engine's message quotes the document: what is quoted may hold control characters and halves of pairs. */
function notJson(error: unknown): Refusal {
  const said = error instanceof Error ? error.message : String(error);
  const position = /at position (\d+)/.exec(said)?.[1];
  const printable = said.toWellFormed().replaceAll(/\p{Cc}/gu, '\ufffd');
  return refusal('not_json', `Expected JSON: ${printable}.`, position === undefined ? null : Number(position));
}

function refusal(reason: ReasonCode, message: string, at: number | null): Refusal {
  return { ok: false, reason, message, at };
}

/** The third parameter of a reviver (ECMAScript "JSON.parse source text access"), which the type library does not know yet. */
interface ReviverContext {
  readonly source?: string;
}

/** Parses once more, this time with the text of every number; costs only documents that hold such numbers. */
function exactIntegers(text: string): ReadonlyMap<string, string> | null {
  const found = new Map<unknown, Map<string, string>>();
  // `this` is the object or array that holds the value.
  // oxlint-disable-next-line max-params
  function collect(this: unknown, key: string, value: unknown, context?: ReviverContext): unknown {
    const source = context?.source ?? '';
    if (typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(source)) {
      const ofHolder = found.get(this) ?? new Map<string, string>();
      found.set(this, ofHolder.set(key, source));
    }
    return value;
  }
  const value = JSON.parse(text, collect) as unknown;
  if (found.size === 0) return null;
  const exact = new Map<string, string>();
  if (typeof value === 'number') return exact.set('', text.trim());
  gather(value, '', { found, exact });
  return exact;
}

interface Gathering {
  readonly found: ReadonlyMap<unknown, ReadonlyMap<string, string>>;
  readonly exact: Map<string, string>;
}

/** Recursion is bounded by the depth that was checked before. */
function gather(value: unknown, pointer: string, gathering: Gathering): void {
  if (typeof value !== 'object' || value === null) return;
  const digits = gathering.found.get(value);
  for (const key of Object.keys(value)) {
    const at = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const source = digits?.get(key);
    if (source !== undefined) gathering.exact.set(at, source);
    gather((value as Record<string, unknown>)[key], at, gathering);
  }
}
