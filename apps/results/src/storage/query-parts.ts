import { z } from 'zod';

/** A text as a condition. PostgreSQL has no NUL in texts. */
export const textPart = z
  .string()
  .min(1)
  .max(512)
  .refine((given) => !given.includes('\u0000'), 'expected a text without NUL');

/** A point in time. */
export const timePart = z.iso
  .datetime({ offset: true, message: 'expected an RFC 3339 time such as 2013-04-01T00:00:00Z' })
  .transform((given) => new Date(given));

/** How many at most, 1 to `max`. */
export function limitPart(max: number) {
  return z.string().transform((given, context) => {
    const number = /^\d{1,4}$/.test(given) ? Number(given) : 0;
    if (number >= 1 && number <= max) return number;
    context.issues.push({ code: 'custom', input: given, message: `expected a whole number from 1 to ${max}` });
    return z.NEVER;
  });
}
