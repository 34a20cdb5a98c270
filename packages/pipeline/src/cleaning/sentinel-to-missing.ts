import { z } from 'zod';
import { fieldList, fieldsOfList, type CleaningRule } from './rule.js';

const config = z.strictObject({
  rule: z.literal('sentinel-to-missing'),
  fields: fieldList,
  sentinels: z.array(z.union([z.number(), z.string()])).min(1),
});

/** -9999, "", "N/A": what a producer writes where it knows nothing becomes missing. Compared exactly. */
export const sentinelToMissing: CleaningRule<z.output<typeof config>> = {
  name: 'sentinel-to-missing',
  summary: 'Makes a field missing where it holds one of the values that mean "unknown".',
  config,
  fields: ({ fields }) => fieldsOfList(fields),
  check({ fields, sentinels }, context) {
    return sentinels.flatMap((sentinel, index) => {
      const fits = fields.some((field) =>
        context.fields.allows(field, typeof sentinel === 'number' ? 'number' : 'string'),
      );
      const expected = 'a value of the type of one of the fields, or it would never be met';
      return fits ? [] : [{ path: ['sentinels', index], got: sentinel, expected }];
    });
  },
  after: (rule, fields) => fields.withMissing(rule.fields),
  compile({ fields, sentinels }) {
    const unknown = new Set<unknown>(sentinels);
    return (record, notes) => {
      for (const field of fields) {
        const value = record[field];
        if (value == null || !unknown.has(value)) continue;
        record[field] = null;
        notes.missing(field, 'sentinel-to-missing', value);
      }
      return undefined;
    };
  },
};
