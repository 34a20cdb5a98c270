import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { QualityNote, Violation } from '@pitwall/contracts';
import fc from 'fast-check';
import { jsonPointer } from '../definition-problem.js';
import { schemaFields } from '../event-schema.js';
import type { Feature } from '../feature.js';
import { findingsOf } from '../files/zod-findings.js';
import { CLEANING_RULES, type AnyCleaningRule } from './index.js';
import { QualityNotes } from './quality-notes.js';
import type { CleaningContext, EventRecord } from './rule.js';

const FIXTURES = join(import.meta.dirname, '../../../../fixtures/cleaning');

interface Case {
  readonly name: string;
  readonly config: unknown;
  readonly event: EventRecord;
  readonly cleaned?: EventRecord;
  readonly notes?: readonly QualityNote[];
  readonly violation?: Violation;
}

interface Fixture {
  readonly cases: readonly Case[];
  readonly refused: readonly { readonly name: string; readonly config: unknown; readonly paths: readonly string[] }[];
}

const number = { type: ['number', 'null'] };
const text = { type: ['string', 'null'] };
const context: CleaningContext = {
  fields: schemaFields({
    properties: {
      temperature: number,
      wind: number,
      place: text,
      at: text,
      epoch: number,
      reading: { type: ['string', 'number', 'null'] },
      more: {},
      less: {},
    },
  }),
  features: ['temperature', 'place'].map((name): Feature => ({
    name,
    field: name,
    type: name === 'place' ? 'string' : 'number',
    nullable: true,
  })),
  profile: {
    schema: 'pitwall.profile/v1',
    reference: 'four rows',
    rows: 4,
    features: [
      { name: 'place', type: 'string', missing: 3, categories: [{ value: 'EWR', count: 1 }] },
      {
        name: 'temperature',
        type: 'number',
        missing: 2,
        min: 30,
        max: 45.88,
        mean: 37.94,
        sd: 7.94,
        median: 37.94,
        edges: [30, 45.88],
        counts: [2],
      },
    ],
  },
};

function fixtureOf(rule: AnyCleaningRule): Fixture {
  return JSON.parse(readFileSync(join(FIXTURES, `${rule.name}.json`), 'utf8')) as Fixture;
}

function run(rule: AnyCleaningRule, config: unknown, event: EventRecord) {
  const record = structuredClone(event);
  const notes = new QualityNotes();
  const violation = rule.configure(rule.schema.parse(config)).compile(context)(record, notes);
  return { record, notes: notes.list, violation };
}

function pathsOfFindings(rule: AnyCleaningRule, config: unknown): string[] {
  const parsed = rule.schema.safeParse(config);
  const findings = parsed.success
    ? rule.configure(parsed.data).check(context)
    : findingsOf(parsed.error, { file: 'pipeline.yaml', document: config, schema: rule.schema });
  return findings.map(({ path }) => jsonPointer(path));
}

/** Any JSON, most of it under the names that the rules look at. */
const anyEvent: fc.Arbitrary<EventRecord> = fc.oneof(
  fc.record(
    {
      temperature: fc.jsonValue(),
      wind: fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.jsonValue()),
      place: fc.oneof(fc.string({ unit: 'binary' }), fc.jsonValue()),
      reading: fc.oneof(fc.double().map(String), fc.jsonValue()),
      at: fc.oneof(
        fc.date({ noInvalidDate: true }).map((at) => at.toISOString()),
        fc.jsonValue(),
      ),
      epoch: fc.oneof(fc.integer({ min: -1e12, max: 1e13 }), fc.jsonValue()),
    },
    { requiredKeys: [] },
  ),
  fc.dictionary(fc.string(), fc.jsonValue()),
);

/** They change how a value is written and not what it is. */
const OF_FORM = new Set(['trim', 'case', 'map-values', 'parse-number', 'derive-time']);

function isToBeNoted({ name }: AnyCleaningRule, before: unknown, after: unknown): boolean {
  if (OF_FORM.has(name)) return before != null && after === null;
  return JSON.stringify(before) !== JSON.stringify(after);
}

describe.each(CLEANING_RULES)('the rule $name', (rule) => {
  const { cases, refused } = fixtureOf(rule);

  it.each(cases)('$name', ({ config, event, cleaned, notes, violation }) => {
    const result = run(rule, config, event);
    expect(result).toEqual({ record: cleaned ?? event, notes: notes ?? [], violation });
  });

  it.each(cases)('takes the configuration of: $name', ({ config }) => {
    expect(pathsOfFindings(rule, config)).toEqual([]);
  });

  it.each(refused)('refuses a configuration with $name, and says where', ({ config, paths }) => {
    expect(pathsOfFindings(rule, config).toSorted()).toEqual(paths);
  });

  it.each(cases)(
    'never throws, notes what it makes missing or repairs and nothing else, and changes nothing twice: $name',
    ({ config }) => {
      const fields = rule.configure(rule.schema.parse(config)).fields.map(({ field }) => field);
      fc.assert(
        fc.property(anyEvent, (event) => {
          const once = run(rule, config, event);
          const twice = run(rule, config, once.record);
          expect(twice.record).toEqual(once.record);
          const noted = fields.filter((field) => isToBeNoted(rule, event[field], once.record[field]));
          const notes = once.notes.filter(({ field }) => fields.includes(field));
          expect(notes.map(({ field }) => field).toSorted()).toEqual(noted.toSorted());
        }),
        { numRuns: 50 },
      );
    },
  );
});

it('keeps fixtures for every rule and for nothing else', () => {
  expect(readdirSync(FIXTURES).toSorted()).toEqual(CLEANING_RULES.map(({ name }) => `${name}.json`).toSorted());
});

describe('notes', () => {
  it('say what the producer sent where two rules touch one field', () => {
    const notes = new QualityNotes();
    notes.missing('wind', 'hard-range', 1048);
    notes.repaired('wind', 'impute', undefined);
    expect(notes.list).toEqual([{ field: 'wind', kind: 'repaired', rule: 'impute', from: 1048 }]);
  });

  it('cut long text to 100 characters', () => {
    const notes = new QualityNotes();
    notes.missing('place', 'sentinel-to-missing', 'x'.repeat(101));
    expect(notes.list[0]?.from).toBe('x'.repeat(100));
  });
});
