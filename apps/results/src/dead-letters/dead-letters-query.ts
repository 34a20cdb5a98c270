import { DEAD_LETTER_STATES, deadLetterFilterSchema } from '@pitwall/contracts';
import { z } from 'zod';
import { cursorSchema } from '../storage/page-cursor.js';
import { limitPart } from '../storage/query-parts.js';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 500;

/** The query of `GET /v1/pipelines/:pipeline/dead-letter-groups`. */
export const groupsQuerySchema = deadLetterFilterSchema.extend({ state: z.enum(DEAD_LETTER_STATES).optional() });
/** See {@link groupsQuerySchema}. */
export type GroupsQuery = z.output<typeof groupsQuerySchema>;

/** The query of `GET /v1/pipelines/:pipeline/dead-letters`. */
export const deadLettersQuerySchema = groupsQuerySchema.extend({
  cursor: cursorSchema.optional(),
  limit: limitPart(MAX_LIMIT).default(DEFAULT_LIMIT),
});
/** See {@link deadLettersQuerySchema}. */
export type DeadLettersQuery = z.output<typeof deadLettersQuerySchema>;
