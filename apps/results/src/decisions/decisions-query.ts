import { entitySchema } from '@pitwall/contracts';
import { z } from 'zod';
import { cursorSchema } from './decisions-cursor.js';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 500;

/** PostgreSQL has no NUL in texts. */
const text = z
  .string()
  .min(1)
  .max(512)
  .refine((given) => !given.includes('\u0000'), 'expected a text without NUL');

const time = z.iso
  .datetime({ offset: true, message: 'expected an RFC 3339 time such as 2013-04-01T00:00:00Z' })
  .transform((given) => new Date(given));

const limit = z.string().transform((given, context) => {
  const number = /^\d{1,4}$/.test(given) ? Number(given) : 0;
  if (number >= 1 && number <= MAX_LIMIT) return number;
  context.issues.push({ code: 'custom', input: given, message: `expected a whole number from 1 to ${MAX_LIMIT}` });
  return z.NEVER;
});

/** What decisions are asked for: the query of `GET /v1/pipelines/:pipeline/decisions`. */
export const decisionsQuerySchema = z.strictObject({
  entity: entitySchema.pipe(text).optional(),
  /** First event time that is wanted. */
  from: time.optional(),
  /** First event time that is not wanted any more. */
  to: time.optional(),
  decision: text.optional(),
  cursor: cursorSchema.optional(),
  limit: limit.default(DEFAULT_LIMIT),
});
/** See {@link decisionsQuerySchema}. */
export type DecisionsQuery = z.output<typeof decisionsQuerySchema>;
