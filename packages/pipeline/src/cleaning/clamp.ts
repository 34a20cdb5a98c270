import { z } from 'zod';
import { checkRanges, fieldsOfRanges, limitsOf, ranges } from './ranges.js';
import type { CleaningRule } from './rule.js';

const NAME = 'clamp';
const config = z.strictObject({ rule: z.literal(NAME), ranges });

/** For instruments that overshoot: what lies beyond an end is known to be at least as much. */
export const clamp: CleaningRule<z.output<typeof config>> = {
  name: NAME,
  summary: 'Puts the nearest end of its range in the place of a number outside it.',
  config,
  fields: (rule) => fieldsOfRanges(rule.ranges),
  check: (rule, { fields }) => checkRanges(rule.ranges, fields),
  after: (_rule, fields) => fields,
  compile(rule) {
    const limits = limitsOf(rule.ranges);
    return (record, notes) => {
      for (const { field, low, high } of limits) {
        const value = record[field];
        if (typeof value !== 'number' || (value >= low && value <= high)) continue;
        record[field] = value < low ? low : high;
        notes.repaired(field, NAME, value);
      }
      return undefined;
    };
  },
};
