import { entitySchema } from '@pitwall/contracts';
import { z } from 'zod';
import { cursorSchema } from '../storage/page-cursor.js';
import { limitPart, textPart, timePart } from '../storage/query-parts.js';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 500;

/** What decisions are asked for: the query of `GET /v1/pipelines/:pipeline/decisions`. */
export const decisionsQuerySchema = z.strictObject({
  entity: entitySchema.pipe(textPart).optional(),
  /** First event time that is wanted. */
  from: timePart.optional(),
  /** First event time that is not wanted any more. */
  to: timePart.optional(),
  decision: textPart.optional(),
  cursor: cursorSchema.optional(),
  limit: limitPart(MAX_LIMIT).default(DEFAULT_LIMIT),
});
/** See {@link decisionsQuerySchema}. */
export type DecisionsQuery = z.output<typeof decisionsQuerySchema>;
