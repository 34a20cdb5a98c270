import { z } from 'zod';
import { REASON_CODES, STAGES } from '../reason-codes.js';

/** `open`: something is left to be done about the record; `closed`: nothing is. */
export const DEAD_LETTER_STATES = ['open', 'closed'] as const;
/** One of {@link DEAD_LETTER_STATES}. */
export type DeadLetterState = (typeof DEAD_LETTER_STATES)[number];

const time = (which: string): z.ZodISODateTime =>
  z.iso.datetime({ offset: true, message: `expected ${which} as an RFC 3339 time such as 2026-03-01T08:00:00Z` });

/** Which dead letters are meant; what is absent does not count. */
export const deadLetterFilterSchema = z.strictObject({
  reason: z.enum(REASON_CODES).optional(),
  stage: z.enum(STAGES).optional(),
  fingerprint: z
    .string()
    .regex(/^[0-9a-f]{16}$/, 'expected the 16 hex digits of a group')
    .optional(),
  /** When the record died: the first moment that is meant. */
  from: time('the first moment').optional(),
  /** The first moment that is not meant any more. */
  to: time('the moment after the last').optional(),
});
/** See {@link deadLetterFilterSchema}. */
export type DeadLetterFilter = z.infer<typeof deadLetterFilterSchema>;

/** Most dead letters that can be named one by one. */
export const MAX_NAMED_DEAD_LETTERS = 1_000;

/** Which dead letters something is done to: those that are named, or all that a filter takes in. `{}` takes in all. */
export const deadLetterSelectionShape = {
  ids: z.array(z.uuid()).min(1).max(MAX_NAMED_DEAD_LETTERS).optional(),
  filter: deadLetterFilterSchema.optional(),
} as const;

/** Either the ids or the filter, as {@link deadLetterSelectionShape} has them. */
export const isOneSelection = (given: { readonly ids?: unknown; readonly filter?: unknown }): boolean =>
  (given.ids === undefined) !== (given.filter === undefined);

/** What {@link isOneSelection} expects. */
export const ONE_SELECTION = 'expected either ids or a filter';

const MAX_NAME_CHARACTERS = 200;
const MAX_WHY_CHARACTERS = 2_000;

/** A text that PostgreSQL stores as it is. */
const storable = (maxCharacters: number): z.ZodString =>
  z
    .string()
    .trim()
    .min(1)
    .max(maxCharacters)
    .refine((text) => text.isWellFormed() && !text.includes('\0'), 'expected a text without NUL and lone surrogates');

/** Who does something to dead letters, and why: kept with what is done. */
export const accountShape = { by: storable(MAX_NAME_CHARACTERS), why: storable(MAX_WHY_CHARACTERS) } as const;
