import { z } from 'zod';

/**
 * Schemas of environment variables: text in, domain type out, strict. A variable that is set to nothing counts as not set.
 * Give `.default(…)` first and `.describe(…)` last: the description is what `--help` prints.
 */

/** A variable of one kind: the text is trimmed and parsed, `undefined` is refused with `expected …`. */
export function variable<Value>(expected: string, parse: (text: string) => Value | undefined) {
  return z.string(`expected ${expected}`).transform((text, context): Value => {
    const value = parse(text.trim());
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: `expected ${expected}` });
    return z.NEVER;
  });
}

/** What a number may be; both ends included. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

const WHOLE = /^-?\d{1,15}$/;
const DECIMAL = /^-?\d{1,15}(\.\d{1,15})?$/;

/** A whole number in decimal digits. */
export function wholeNumber({ min, max }: Range) {
  return variable(`a whole number from ${min} to ${max}`, (text) => within(WHOLE, text, { min, max }));
}

/** A number with or without a decimal point. */
export function decimalNumber({ min, max }: Range) {
  return variable(`a number from ${min} to ${max}`, (text) => within(DECIMAL, text, { min, max }));
}

function within(pattern: RegExp, text: string, range: Range): number | undefined {
  const value = pattern.test(text) ? Number(text) : Number.NaN;
  return value >= range.min && value <= range.max ? value : undefined;
}

const UNITS_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** A duration in milliseconds, also written `500ms`, `10s`, `5m` or `1h`. */
export function durationMs({ min, max }: Range) {
  return variable(`a duration from ${min} to ${max} ms, such as 1500, 500ms or 10s`, (text) => {
    const [, digits = '', unit = 'ms'] = /^(\d{1,12})(ms|s|m|h)?$/.exec(text) ?? [];
    const value = digits === '' ? Number.NaN : Number(digits) * UNITS_MS[unit as keyof typeof UNITS_MS];
    return value >= min && value <= max ? value : undefined;
  });
}

const FLAGS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
]);

/** `true` or `false`, nothing else. */
export function flag() {
  return variable('true or false', (text) => FLAGS.get(text));
}

/** One of a list of words. */
export function choice<Word extends string>(words: readonly Word[]) {
  return variable(`one of ${words.join(', ')}`, (text) => words.find((word) => word === text));
}

/** A URL with one of these protocols, e.g. `http:`. */
export function url(protocols: readonly string[]) {
  const schemes = protocols.map((protocol) => `${protocol}//…`).join(' or ');
  return variable(`a URL ${schemes}`, (text) =>
    URL.canParse(text) && protocols.includes(new URL(text).protocol) ? text : undefined,
  );
}

/** Comma-separated entries, at least one, each without blanks at its ends. */
export function list(entry: { readonly what: string; readonly pattern: RegExp }) {
  return variable(`${entry.what}, separated by commas`, (text) => {
    const entries = text.split(',').map((one) => one.trim());
    return entries.every((one) => entry.pattern.test(one)) ? entries : undefined;
  });
}
