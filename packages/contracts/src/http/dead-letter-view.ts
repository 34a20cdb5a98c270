import { z } from 'zod';
import { deadLetterSchema, timestampSchema } from '../messages/index.js';
import { REASON_CODES, STAGES } from '../reason-codes.js';
import { pipelineNameSchema } from '../topics/topic.js';
import {
  accountShape,
  DEAD_LETTER_STATES,
  deadLetterSelectionShape,
  isOneSelection,
  ONE_SELECTION,
} from './dead-letter-query.js';

/**
 * Why nothing is left to be done.
 *
 * - `reason`: its reason says that what it would have said was said before, and otherwise.
 * - `decision`: its identity has a decision.
 * - `superseded`: it was redriven and died again; the later dead letter stands for the record.
 * - `redrive`: it was redriven and came to its end: decided, a duplicate, or kept as feedback.
 * - `replay`: its raw record was replayed and came to its end.
 * - `discard`: somebody has discarded it.
 */
export const CLOSED_BY = ['reason', 'decision', 'superseded', 'redrive', 'replay', 'discard'] as const;
/** One of {@link CLOSED_BY}. */
export type ClosedBy = (typeof CLOSED_BY)[number];

/** Bytes: as text where they are UTF-8, else in base64. */
export const bytesSchema = z.union([z.strictObject({ text: z.string() }), z.strictObject({ base64: z.base64() })]);
/** See {@link bytesSchema}. */
export type BytesView = z.infer<typeof bytesSchema>;

/** A dead letter in a list. */
export const deadLetterSummarySchema = deadLetterSchema
  .pick({
    deadLetterId: true,
    stage: true,
    reason: true,
    message: true,
    record: true,
    identity: true,
    redriveAttempt: true,
    traceId: true,
    deadAt: true,
  })
  .extend({
    state: z.enum(DEAD_LETTER_STATES),
    /** Null while it is open. */
    closedBy: z.enum(CLOSED_BY).nullable(),
    /** Of its group: stage, reason and place. */
    fingerprint: z.string(),
    /** What is wrong with the record: a JSON pointer, or what all messages of the group have in common. */
    place: z.string(),
    /** The redrive that has taken it, if any has. */
    redrive: z
      .object({
        redriveId: z.uuid(),
        attempt: z.int().positive(),
        /** Null while it waits to be sent. */
        sentAt: timestampSchema.nullable(),
      })
      .nullable(),
  });
/** See {@link deadLetterSummarySchema}. */
export type DeadLetterSummary = z.infer<typeof deadLetterSummarySchema>;

/** Answer of `GET /v1/pipelines/:pipeline/dead-letters`: a page of them. */
export const deadLettersViewSchema = z.object({
  pipeline: pipelineNameSchema,
  /** Those that died last come first. */
  deadLetters: z.array(deadLetterSummarySchema),
  /** Give it as `cursor` for the next page; null after the last one. */
  nextCursor: z.string().nullable(),
});
/** See {@link deadLettersViewSchema}. */
export type DeadLettersView = z.infer<typeof deadLettersViewSchema>;

/** An edit of a dead letter's payload: kept beside the original, and what the next redrive sends in its place. */
export const deadLetterEditSchema = z.object({
  deadLetterId: z.uuid(),
  /** From 1 on; the highest holds. */
  revision: z.int().positive(),
  editedAt: timestampSchema,
  ...accountShape,
  value: bytesSchema,
});
/** See {@link deadLetterEditSchema}. */
export type DeadLetterEdit = z.infer<typeof deadLetterEditSchema>;

/** Body of `POST /v1/pipelines/:pipeline/dead-letters/:id/edits`. */
export const deadLetterEditRequestSchema = z.strictObject({ ...accountShape, value: bytesSchema });
/** See {@link deadLetterEditRequestSchema}. */
export type DeadLetterEditRequest = z.infer<typeof deadLetterEditRequestSchema>;

/** Answer of `GET /v1/pipelines/:pipeline/dead-letters/:id`: all that is known of one. */
export const deadLetterViewSchema = deadLetterSummarySchema.extend({
  pipeline: pipelineNameSchema,
  /** What the reason means, and who can do what about it. */
  meaning: z.string(),
  remedy: z.string(),
  violations: deadLetterSchema.shape.violations,
  violationCount: deadLetterSchema.shape.violationCount,
  origin: deadLetterSchema.shape.origin,
  service: z.string(),
  /** The record as it was: key, value and headers in their order. */
  key: bytesSchema.nullable(),
  value: bytesSchema.nullable(),
  headers: z.array(z.object({ name: z.string(), value: bytesSchema.nullable() })),
  /** By revision. */
  edits: z.array(deadLetterEditSchema),
  discard: z.object({ discardedAt: timestampSchema, ...accountShape }).nullable(),
});
/** See {@link deadLetterViewSchema}. */
export type DeadLetterView = z.infer<typeof deadLetterViewSchema>;

/** Dead letters with the same stage, reason and place. */
export const deadLetterGroupSchema = z.object({
  fingerprint: z.string(),
  stage: z.enum(STAGES),
  reason: z.enum(REASON_CODES),
  place: z.string(),
  meaning: z.string(),
  remedy: z.string(),
  count: z.int().positive(),
  open: z.int().min(0),
  firstDeadAt: timestampSchema,
  lastDeadAt: timestampSchema,
  /** The last of them. */
  example: z.object({ deadLetterId: z.uuid(), message: z.string() }),
});
/** See {@link deadLetterGroupSchema}. */
export type DeadLetterGroup = z.infer<typeof deadLetterGroupSchema>;

/** Answer of `GET /v1/pipelines/:pipeline/dead-letter-groups`. */
export const deadLetterGroupsViewSchema = z.object({
  pipeline: pipelineNameSchema,
  /** Of all groups, listed or not. */
  count: z.int().min(0),
  open: z.int().min(0),
  groupCount: z.int().min(0),
  /** Those with most open dead letters first, then the largest; at most 200. */
  groups: z.array(deadLetterGroupSchema),
});
/** See {@link deadLetterGroupsViewSchema}. */
export type DeadLetterGroupsView = z.infer<typeof deadLetterGroupsViewSchema>;

/** Body of `POST /v1/pipelines/:pipeline/discards`. */
export const discardRequestSchema = z
  .strictObject({ ...deadLetterSelectionShape, ...accountShape, dryRun: z.boolean().default(false) })
  .refine(isOneSelection, ONE_SELECTION);
/** See {@link discardRequestSchema}. */
export type DiscardRequest = z.infer<typeof discardRequestSchema>;

/** Answer of `POST /v1/pipelines/:pipeline/discards`. */
export const discardViewSchema = z.object({
  dryRun: z.boolean(),
  /** Open ones among the selected: they are closed now, or would be. */
  discarded: z.int().min(0),
  /** Those that were closed before: nothing is done to them. */
  closed: z.int().min(0),
});
/** See {@link discardViewSchema}. */
export type DiscardView = z.infer<typeof discardViewSchema>;
