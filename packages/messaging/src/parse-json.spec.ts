import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { parseJson } from './parse-json.js';

interface Case {
  readonly name: string;
  readonly text?: string;
  readonly hex?: string;
  readonly parts?: readonly (readonly [string, number])[];
  readonly ok: boolean;
  readonly value?: unknown;
  readonly exact?: Readonly<Record<string, string>>;
  readonly reason?: string;
}

const cases = readFileSync(new URL('../../../fixtures/json/cases.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Case);

function bytesOf({ text, hex, parts }: Case): Buffer {
  if (hex !== undefined) return Buffer.from(hex, 'hex');
  return Buffer.from(text ?? (parts ?? []).map(([part, times]) => part.repeat(times)).join(''));
}

describe('parseJson', () => {
  it.each(cases.filter(({ ok }) => ok).map((one) => [one.name, one] as const))('accepts %s', (_, one) => {
    const parsed = parseJson(bytesOf(one));
    const value = 'value' in one ? one.value : (JSON.parse(bytesOf(one).toString()) as unknown);
    const exact = one.exact === undefined ? null : new Map(Object.entries(one.exact));
    expect(parsed).toEqual({ ok: true, value, exact });
  });

  it.each(cases.filter(({ ok }) => !ok).map((one) => [one.name, one] as const))('refuses %s', (_, one) => {
    const parsed = parseJson(bytesOf(one));
    expect(parsed).toMatchObject({ ok: false, reason: one.reason });
  });

  it('says where it is, and quotes nothing that a database cannot store', () => {
    const parsed = parseJson(Buffer.from('\u0000😀 is not JSON'));
    expect(parsed).toMatchObject({ ok: false, reason: 'not_json' });
    const message = parsed.ok ? '' : parsed.message;
    expect(message).toMatch(/^Expected JSON: /);
    expect(message.isWellFormed()).toBe(true);
    expect(message).not.toContain('\0');
    expect(parseJson(Buffer.from('{"a":1,"constructor":2}'))).toMatchObject({ at: 7 });
  });

  it('never throws, whatever the bytes are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(typeof parseJson(Buffer.from(bytes)).ok).toBe('boolean');
      }),
      { numRuns: 1_000 },
    );
  });

  it('agrees with JSON.parse on everything that it accepts, and accepts what is harmless', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5, stringUnit: 'binary' }), (text) => {
        const expected = JSON.parse(text) as unknown;
        const parsed = parseJson(Buffer.from(text));
        if (parsed.ok) expect(parsed.value).toEqual(expected);
        else expect(['json_forbidden_key', 'text_not_storable']).toContain(parsed.reason);
      }),
      { numRuns: 1_000 },
    );
  });

  it('accepts nothing that JSON.parse refuses', () => {
    const nearlyJson = fc
      .array(
        fc.constantFrom(
          '{',
          '}',
          '[',
          ']',
          ',',
          ':',
          '"',
          '"a"',
          '1',
          '-',
          '.5',
          'e9',
          'true',
          'null',
          ' ',
          '\\',
          '\\u00',
        ),
      )
      .map((tokens) => tokens.join(''));
    fc.assert(
      fc.property(nearlyJson, (text) => {
        const parsed = parseJson(Buffer.from(text));
        let isJson = true;
        try {
          JSON.parse(text);
        } catch {
          isJson = false;
        }
        expect(parsed.ok).toBe(isJson);
      }),
      { numRuns: 3_000 },
    );
  });

  it('reports every integer that a double rounds, by its digits', () => {
    const long = fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n });
    fc.assert(
      fc.property(fc.array(long, { maxLength: 20 }), (integers) => {
        const parsed = parseJson(Buffer.from(`{"list":[${integers.join(',')}]}`));
        const limit = BigInt(Number.MAX_SAFE_INTEGER);
        const expected = integers.flatMap((integer, index) =>
          integer > limit || integer < -limit ? [[`/list/${index}`, String(integer)] as const] : [],
        );
        expect(parsed).toMatchObject({ ok: true, exact: expected.length === 0 ? null : new Map(expected) });
      }),
    );
  });
});
