import { z } from 'zod';
import type { CleaningRule, RuleFinding } from './rule.js';

const config = z.strictObject({
  rule: z.literal('hard-range'),
  /** Lowest and highest possible value by field, both included. */
  ranges: z.record(z.string(), z.tuple([z.number(), z.number()])),
  otherwise: z.enum(['missing', 'reject']),
});

/** A number that cannot be: it becomes missing, or the event is rejected where nothing useful is left of it. */
export const hardRange: CleaningRule<z.output<typeof config>> = {
  name: 'hard-range',
  summary: 'Makes a number outside its possible range missing, or rejects the event.',
  config,
  fields: ({ ranges }) => Object.keys(ranges).map((field) => ({ field, path: ['ranges', field] })),
  missing: ({ otherwise }) => (otherwise === 'missing' ? 'may' : 'unchanged'),
  check({ ranges }, context) {
    return Object.entries(ranges).flatMap(([field, [low, high]]): RuleFinding[] => {
      const path = ['ranges', field];
      if (!context.fields.allows(field, 'number')) return [{ path, got: field, expected: 'a field with numbers' }];
      return low <= high ? [] : [{ path, got: [low, high], expected: '[lowest, highest] in this order' }];
    });
  },
  compile({ ranges, otherwise }) {
    const limits = Object.entries(ranges).map(([field, [low, high]]) => ({ field, low, high }));
    return (record, notes) => {
      for (const { field, low, high } of limits) {
        const value = record[field];
        if (typeof value !== 'number' || (value >= low && value <= high)) continue;
        if (otherwise === 'reject') return outOfRange({ field, value, low, high });
        record[field] = null;
        notes.missing(field, 'hard-range', value);
      }
      return undefined;
    };
  },
};

function outOfRange(at: { field: string; value: number; low: number; high: number }) {
  return {
    pointer: `/${at.field.replaceAll('~', '~0').replaceAll('/', '~1')}`,
    rule: 'hard-range',
    message: `must be from ${at.low} to ${at.high}`,
    got: String(at.value),
  };
}
