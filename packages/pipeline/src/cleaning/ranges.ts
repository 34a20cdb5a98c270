import { z } from 'zod';
import type { EventFields } from '../event-fields.js';
import type { NamedField, RuleFinding } from './rule.js';

/** Lowest and highest value by field, both included. */
export const ranges = z.record(z.string(), z.tuple([z.number(), z.number()]));
type Ranges = z.output<typeof ranges>;

/** One range, flat for the loop over every event. */
export interface Limits {
  readonly field: string;
  readonly low: number;
  readonly high: number;
}

/** The fields of the ranges. */
export function fieldsOfRanges(byField: Ranges): NamedField[] {
  return Object.keys(byField).map((field) => ({ field, path: ['ranges', field] }));
}

/** Findings for ranges of what is no number, and for those that are upside down. */
export function checkRanges(byField: Ranges, fields: EventFields): RuleFinding[] {
  return Object.entries(byField).flatMap(([field, [low, high]]): RuleFinding[] => {
    const path = ['ranges', field];
    if (!fields.allows(field, 'number')) return [{ path, got: field, expected: 'a field with numbers' }];
    return low <= high ? [] : [{ path, got: [low, high], expected: '[lowest, highest] in this order' }];
  });
}

/** The ranges as a list. */
export function limitsOf(byField: Ranges): readonly Limits[] {
  return Object.entries(byField).map(([field, [low, high]]) => ({ field, low, high }));
}
