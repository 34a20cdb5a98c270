import { z } from 'zod';
import { checkRanges, fieldsOfRanges, limitsOf, ranges } from './ranges.js';
import { otherwise, violationOf, type CleaningRule } from './rule.js';

const NAME = 'hard-range';
const config = z.strictObject({ rule: z.literal(NAME), ranges, otherwise });

/** A number that cannot be: it becomes missing, or the event is rejected where nothing useful is left of it. */
export const hardRange: CleaningRule<z.output<typeof config>> = {
  name: NAME,
  summary: 'Makes a number outside its possible range missing, or rejects the event.',
  config,
  fields: (rule) => fieldsOfRanges(rule.ranges),
  check: (rule, { fields }) => checkRanges(rule.ranges, fields),
  after: (rule, fields) => (rule.otherwise === 'reject' ? fields : fields.withMissing(Object.keys(rule.ranges))),
  compile(rule) {
    const limits = limitsOf(rule.ranges);
    const isRejected = rule.otherwise === 'reject';
    return (record, notes) => {
      for (const { field, low, high } of limits) {
        const value = record[field];
        if (typeof value !== 'number' || (value >= low && value <= high)) continue;
        if (isRejected) return violationOf({ field, value, rule: NAME, message: `must be from ${low} to ${high}` });
        record[field] = null;
        notes.missing(field, NAME, value);
      }
      return undefined;
    };
  },
};
