import { z } from 'zod';
import { timestampSchema } from '../messages/index.js';
import { pipelineNameSchema } from '../topics/topic.js';
import { accountShape, deadLetterSelectionShape, isOneSelection, ONE_SELECTION } from './dead-letter-query.js';

/** Records a second, unless a redrive says otherwise. */
export const DEFAULT_REDRIVE_RATE = 100;
const MAX_REDRIVE_RATE = 5_000;
/** Most records of one redrive. */
export const MAX_REDRIVE_RECORDS = 100_000;

/** Body of `POST /v1/pipelines/:pipeline/redrives`. */
export const redriveRequestSchema = z
  .strictObject({
    ...deadLetterSelectionShape,
    ...accountShape,
    /** Only say what would be done. */
    dryRun: z.boolean().default(false),
    ratePerSecond: z.number().min(0.1).max(MAX_REDRIVE_RATE).default(DEFAULT_REDRIVE_RATE),
  })
  .refine(isOneSelection, ONE_SELECTION);
/** See {@link redriveRequestSchema}. */
export type RedriveRequest = z.infer<typeof redriveRequestSchema>;

const records = z.int().min(0);

/** What a redrive does with the dead letters that it was given; each is counted once. */
export const redrivePlanSchema = z.object({
  selected: records,
  /** How many go where: to the topic that the failing stage reads. */
  toSend: z.array(z.object({ topic: z.string(), records })),
  /** Of those to be sent: with an edited payload. */
  edited: records,
  /** Nothing is to be done about these. */
  noOps: z.object({
    /** Their identity is decided, or an earlier redrive has brought them to their end. */
    decided: records,
    /** Closed by their reason. */
    bornClosed: records,
    /** Died again after a redrive: the later dead letter is the one to redrive. */
    superseded: records,
    discarded: records,
    /** Taken by another redrive already. */
    taken: records,
  }),
  /** These are left alone although they are open. */
  heldBack: z.object({
    /** Redriven as often as the loop guard allows; an edit lifts it. */
    loopGuard: records,
    /** Not from a topic that a stage of the pipeline reads, or too large for it with what a redrive adds. */
    unsendable: records,
  }),
});
/** See {@link redrivePlanSchema}. */
export type RedrivePlan = z.infer<typeof redrivePlanSchema>;

/** `running` and `cancelling` go on by themselves, also after a kill; `paused` waits to be resumed. */
export const REDRIVE_STATES = ['running', 'paused', 'cancelling', 'cancelled', 'done'] as const;
/** One of {@link REDRIVE_STATES}. */
export type RedriveState = (typeof REDRIVE_STATES)[number];

/** Answer of `GET /v1/pipelines/:pipeline/redrives/:id`. */
export const redriveViewSchema = z.object({
  redriveId: z.uuid(),
  pipeline: pipelineNameSchema,
  state: z.enum(REDRIVE_STATES),
  ...accountShape,
  createdAt: timestampSchema,
  finishedAt: timestampSchema.nullable(),
  ratePerSecond: z.number(),
  plan: redrivePlanSchema,
  progress: z.object({
    /** All that the redrive has taken; the next three add up to it. */
    records,
    waiting: records,
    sent: records,
    /** Closed while they waited, so not sent. */
    skipped: records,
    /** Sends repeated because it was not known whether the one before had arrived: at most so many copies are on the topics. */
    repeatedSends: records,
  }),
  /** What has become of those that were sent. */
  outcomes: z.object({
    decided: records,
    diedAgain: records,
    /** On their way, or given up by somebody meanwhile. */
    pending: records,
  }),
  /** Until the last record is sent, at the rate of the last seconds; null where nothing is being sent. */
  etaSeconds: z.number().nullable(),
  /** Why the last attempt to send failed, while it is tried again. */
  lastError: z.string().nullable(),
});
/** See {@link redriveViewSchema}. */
export type RedriveView = z.infer<typeof redriveViewSchema>;

/** Answer of `POST /v1/pipelines/:pipeline/redrives`. */
export const redriveAnswerSchema = z.object({
  plan: redrivePlanSchema,
  /** Null after a dry run, and where nothing is to be sent. */
  redrive: redriveViewSchema.nullable(),
});
/** See {@link redriveAnswerSchema}. */
export type RedriveAnswer = z.infer<typeof redriveAnswerSchema>;

/** Answer of `GET /v1/pipelines/:pipeline/redrives`. */
export const redrivesViewSchema = z.object({
  pipeline: pipelineNameSchema,
  /** The newest first, at most 50; what became of the records is told of each alone. */
  redrives: z.array(redriveViewSchema.omit({ outcomes: true })),
});
/** See {@link redrivesViewSchema}. */
export type RedrivesView = z.infer<typeof redrivesViewSchema>;

/** What can be done to a redrive: `POST /v1/pipelines/:pipeline/redrives/:id/:action`. */
export const REDRIVE_ACTIONS = ['pause', 'resume', 'cancel'] as const;
/** One of {@link REDRIVE_ACTIONS}. */
export type RedriveAction = (typeof REDRIVE_ACTIONS)[number];
