import { z } from 'zod';
import type { FieldState } from '../event-fields.js';
import { fieldList, fieldsOfList, violationOf, type CleaningRule } from './rule.js';

const NAME = 'map-values';
const config = z.strictObject({
  rule: z.literal(NAME),
  fields: fieldList,
  /** By what a producer writes, what it means. */
  values: z
    .record(z.string(), z.union([z.string(), z.number()]))
    .refine((values) => Object.keys(values).length > 0, 'a dictionary with one value or more'),
  otherwise: z.enum(['keep', 'missing', 'reject']),
});
/** In the message of a rejection. */
const MAX_LISTED = 10;
type MapValuesConfig = z.output<typeof config>;

/** One name for what producers call by several. What a value is mapped to is known too, and stays as it is. */
export const mapValues: CleaningRule<MapValuesConfig> = {
  name: NAME,
  summary: 'Puts in the place of a value what a dictionary has for it.',
  config,
  fields: ({ fields }) => fieldsOfList(fields),
  check({ values }) {
    const known = dictionaryOf(values);
    // Else the value would depend on how often the rule was applied.
    return Object.entries(values)
      .filter(([, to]) => known.has(to) && known.get(to) !== to)
      .map(([from, to]) => ({
        path: ['values', from],
        got: to,
        expected: 'a value that the dictionary does not turn into yet another',
      }));
  },
  after(rule, fields) {
    return fields.with(rule.fields.map((field) => [field, stateAfter(rule, fields.stateOf(field))]));
  },
  compile({ fields, values, otherwise }) {
    const known = dictionaryOf(values);
    for (const value of Object.values(values)) known.set(value, value);
    const message = `must be ${listOf(values)}`;
    return (record, notes) => {
      for (const field of fields) {
        const value = record[field];
        if (value == null) continue;
        const mapped = known.get(value);
        if (mapped !== undefined) record[field] = mapped;
        else if (otherwise === 'reject') return violationOf({ field, value, rule: NAME, message });
        else if (otherwise === 'missing') {
          record[field] = null;
          notes.missing(field, NAME, value);
        }
      }
      return undefined;
    };
  },
};

/** A key of YAML or JSON is a text; it stands for the number and the truth value that are written so as well. */
function dictionaryOf(values: MapValuesConfig['values']): Map<unknown, string | number> {
  const dictionary = new Map<unknown, string | number>();
  for (const [from, to] of Object.entries(values)) {
    dictionary.set(from, to);
    if (String(Number(from)) === from) dictionary.set(Number(from), to);
    if (from === 'true' || from === 'false') dictionary.set(from === 'true', to);
  }
  return dictionary;
}

function listOf(values: MapValuesConfig['values']): string {
  const known = [...new Set([...Object.keys(values), ...Object.values(values)])];
  const more = known.length > MAX_LISTED ? ` or one of ${known.length - MAX_LISTED} others` : '';
  return `${known.slice(0, MAX_LISTED).join(', ')}${more}`;
}

function stateAfter({ values, otherwise }: MapValuesConfig, before: FieldState): FieldState {
  const mapped = Object.values(values).map((value) => typeof value);
  const kept = otherwise === 'keep' ? before.types : [];
  return {
    types: kept && new Set([...kept, ...mapped]),
    isAlwaysThere: before.isAlwaysThere && otherwise !== 'missing',
  };
}
