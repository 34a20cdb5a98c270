import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { z } from 'zod';
import { featuresMessageSchema } from './features.js';
import { isPlainFeatures, isPlainPrediction } from './plain-messages.js';
import { predictionMessageSchema } from './prediction.js';

/** Every message that differs from this one in one place: something odd in its stead, or nothing. */
function variantsOf(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return [...ODD];
  const parts = Object.entries(value).flatMap(([name, part]) =>
    [undefined, ...variantsOf(part)].map((variant) =>
      Array.isArray(value) ? value.with(Number(name), variant ?? null) : { ...value, [name]: variant },
    ),
  );
  return [...ODD, { ...value, added: 1 }, ...parts];
}

const FIXTURES = join(import.meta.dirname, '../../../../fixtures/messages');

function fixtures(name: string): [string, unknown][] {
  const folder = join(FIXTURES, name, 'valid');
  return readdirSync(folder).map((file) => [file, JSON.parse(readFileSync(join(folder, file), 'utf8')) as unknown]);
}

const number = fc.oneof(fc.double({ noNaN: true }), fc.integer(), fc.constantFrom(0, 1, -1, Number.MAX_VALUE, 2 ** 53));
const text = fc.oneof(fc.string(), fc.constantFrom('ü'.repeat(256), '\ud800'));
const featureValue = fc.oneof(number, text, fc.constant(null));
/** What does not belong where something else is expected, or lies just beyond what is. */
const ODD: readonly unknown[] = [
  [null, true, '', [], {}, [null], { a: 1 }, 0, -1, 0.5, 2, Infinity, -Infinity, 2 ** 53, Number.MAX_VALUE],
  ['x'.repeat(512), 'x'.repeat(513), 'ü'.repeat(256), 'ü'.repeat(257), '€'.repeat(171), '\ud800', 'With-Capital'],
  ['2026-02-29T00:00:00Z', '2024-02-29T23:59:59Z', '2026-01-01T00:00:00+01:00', '2026-01-01', 'A'.repeat(64)],
  ['champion', 'missing', 'a', '0'.repeat(64), '0'.repeat(65)],
].flat();
const odd = fc.oneof(fc.constantFrom(...ODD), featureValue);

/**
 * Objects as they are to be; in one of four, one member is something odd, is left out, or there is one more.
 */
function objectOf(members: Readonly<Record<string, fc.Arbitrary<unknown>>>, optional: readonly string[] = []) {
  const names = Object.keys(members);
  const requiredKeys = names.filter((name) => !optional.includes(name));
  const fault = fc.oneof(
    { weight: 12, arbitrary: fc.constant({}) },
    { weight: 2, arbitrary: fc.tuple(fc.constantFrom(...names), odd).map(([name, value]) => ({ [name]: value })) },
    { weight: 1, arbitrary: fc.constantFrom(...names).map((name) => ({ [name]: undefined })) },
    { weight: 1, arbitrary: odd.map((value) => ({ added: value })) },
  );
  return fc.tuple(fc.record(members, { requiredKeys }), fault).map(([sound, change]) => ({ ...sound, ...change }));
}

const id = fc.oneof(fc.string({ minLength: 1, maxLength: 20 }), fc.constant('ü'.repeat(256)));
const digest = fc.constant('0123456789abcdef'.repeat(4));
const note = objectOf(
  { field: text, kind: fc.constantFrom('missing', 'repaired'), rule: text, from: fc.oneof(featureValue, fc.boolean()) },
  ['from'],
);
const score = objectOf({
  role: fc.constantFrom('champion', 'candidate', 'shadow'),
  model: id,
  version: id,
  digest,
  score: fc.double({ min: 0, max: 1, noNaN: true }),
});
const features = {
  pipeline: fc.constantFrom('flight-delay', `a${'-'.repeat(62)}`),
  source: id,
  id,
  entity: id,
  eventTime: fc.date({ noInvalidDate: true, max: new Date('9999-12-31') }).map((at) => at.toISOString()),
  late: fc.boolean(),
  future: fc.boolean(),
  definitionVersion: fc.integer({ min: 1 }),
  features: fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('constructor', 'temp')), featureValue, { maxKeys: 5 }),
  notes: fc.array(note, { maxLength: 2 }),
};
const prediction = {
  ...features,
  scores: fc.array(score, { maxLength: 2 }),
  fallback: fc.oneof(fc.constant(null), fc.constant('model_unknown')),
  inferenceMs: fc.double({ min: 0, max: 100, noNaN: true }),
};

/** A message as it comes from JSON, which can say infinity by a number that no double holds. */
function throughJson(value: unknown): unknown {
  const json = JSON.stringify(value, (_name, member: unknown) =>
    typeof member === 'number' && !Number.isFinite(member) ? `(${member})` : member,
  );
  return JSON.parse(json.replaceAll(/"\((-?)Infinity\)"/g, '$11e999'));
}

describe.each([
  { name: 'features', schema: featuresMessageSchema, isPlain: isPlainFeatures, members: features },
  { name: 'prediction', schema: predictionMessageSchema, isPlain: isPlainPrediction, members: prediction },
])('the quick check of $name', ({ name, schema, isPlain, members }) => {
  it.each(fixtures(name))('knows %s', (_file, message) => {
    expect(isPlain(message)).toBe(true);
  });

  /** Whether the check knows the message; fails the test where its yes, or its method, is not what the schema says. */
  const isKnownRightly = (message: unknown): boolean => {
    // Not the method, which asks the quick check.
    const careful = z.safeParse(schema, message);
    expect(schema.safeParse(message)).toStrictEqual(careful);
    return isPlain(message);
  };

  it('says yes to nothing but what the schema accepts and gives back as it is', () => {
    let known = 0;
    fc.assert(
      fc.property(objectOf(members).map(throughJson), (message) => {
        if (isKnownRightly(message)) known += 1;
      }),
      { numRuns: 1_000 },
    );
    // It would hold for a check that never says yes.
    expect(known).toBeGreaterThan(100);
  });

  it.each(fixtures(name))('agrees with the schema on %s with any one place changed', (_file, message) => {
    const variants = variantsOf(message).map(throughJson);
    const known = variants.filter(isKnownRightly);
    expect(known.length).toBeGreaterThan(10);
    expect(known.length).toBeLessThan(variants.length / 2);
  });

  it('knows every message that the schema accepts as it is', () => {
    fc.assert(
      fc.property(objectOf(members).map(throughJson), (message) => {
        const careful = z.safeParse(schema, message);
        fc.pre(careful.success && isDeepStrictEqual(careful.data, message));
        expect(isPlain(message)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('leaves a feature that is called __proto__ to the schema, which leaves it out', () => {
    const [[, message] = ['', {}]] = fixtures(name) as [string, object][];
    const tampered = { ...message, features: JSON.parse('{"__proto__":1,"temp":2}') as unknown };
    expect(isPlain(tampered)).toBe(false);
    expect(schema.safeParse(tampered)).toMatchObject({ success: true, data: { features: { temp: 2 } } });
  });

  it.each([null, undefined, 7, 'text', [], {}, [[]]])('leaves %j to the schema', (value) => {
    expect(isPlain(value)).toBe(false);
    expect(schema.safeParse(value).success).toBe(false);
  });
});
