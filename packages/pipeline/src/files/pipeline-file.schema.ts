import { LIMITS, pipelineNameSchema } from '@pitwall/contracts';
import { z } from 'zod';
import { freeName } from './free-name.js';

const FRACTION = /^(\d{1,9})\s*\/\s*(\d{1,9})$/;
const MAX_PARTITIONS = 1024;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const YEAR_MS = 366 * DAY_MS;

/** A probability as a number from 0 to 1 or as a fraction such as `1/3`, which no decimal number is. */
const probability = z.union([z.number(), z.string()]).transform((value, context) => {
  const fraction = typeof value === 'string' ? FRACTION.exec(value) : null;
  const number = fraction === null ? value : Number(fraction[1]) / Number(fraction[2]);
  if (typeof number === 'number' && number >= 0 && number <= 1) return number;
  context.issues.push({ code: 'custom', input: value, message: 'a number from 0 to 1, or a fraction such as 1/3' });
  return z.NEVER;
});

const eventSchema = z.strictObject({
  /** `ce_type` of the events that the pipeline accepts. */
  type: z.string().min(1),
  /** Field with the event id; without it the id is derived from the record's position and content. */
  id: freeName.optional(),
  /** Field with the event time. */
  time: freeName,
  timeFormat: z.enum(['rfc3339', 'epoch-ms']).default('rfc3339'),
  /** Fields that name the entity: the first one that is there. */
  entity: z.array(freeName).min(1),
  /** Event times are history: none is ever `future`. */
  replayedHistory: z.boolean().default(false),
  /** An event further behind its partition's watermark than this is `late`. */
  allowedLatenessMs: z.int().min(0).default(0),
  /** An event whose record was appended longer ago than this when its turn comes is not scored any more. */
  timeToLiveMs: z.int().min(1000).max(YEAR_MS).optional(),
});

const featureSchema = z.strictObject({
  name: freeName.regex(/^[A-Za-z_]\w{0,62}$/, 'a name of letters, digits and _ that begins with none of the digits'),
  type: z.enum(['string', 'number']),
  nullable: z.boolean().default(false),
  /** The event's field; the feature's name where none is given. */
  field: freeName.optional(),
});

const modelSchema = z.strictObject({
  champion: z.string().regex(/^[^@\s]+@[^@\s]+$/, 'name@version'),
  maxBatchSize: z.int().min(1).max(4096).default(256),
  timeBudgetMs: z.int().min(1).max(60_000).default(1000),
  /** Resident memory of a process that serves the model. */
  memoryBudgetMb: z.int().min(64).max(65_536).default(512),
});

const decisionSchema = z.strictObject({
  policyVersion: z.string().min(1),
  threshold: probability,
  act: z.string().min(1),
  hold: z.string().min(1),
  outcomes: z.strictObject({ positive: z.string().min(1), negative: z.string().min(1) }),
  currency: z.string().regex(/^[A-Z]{3}$/, 'a currency code of ISO 4217 such as USD'),
  values: z.record(z.string(), z.record(z.string(), z.number())),
  fallback: z
    .strictObject({ decision: z.string().min(1), afterMs: z.int().min(0).max(HOUR_MS).default(30_000) })
    .optional(),
});

const feedbackSchema = z.strictObject({
  /** An event without a label so long after its time is `unlabelled`. */
  horizonMs: z.int().min(1000).max(YEAR_MS),
  /** Who may say what was observed; anybody where none is named. */
  labelSources: z.array(z.string().min(1).max(LIMITS.maxIdBytes)).min(1).optional(),
});

const MAX_DAYS = 3_660;
const days = z.int().min(1).max(MAX_DAYS);

const retentionSchema = z
  .strictObject({
    /** A copy of a record is recognised at least so long after the first one. */
    duplicatesDays: days.default(30),
    /** Decisions, and what came of them. */
    decisionsDays: days.default(90),
    deadLettersDays: days.default(30),
    /** Counts of monitoring. */
    windowsDays: days.default(400),
  })
  .prefault({});

/** The shape of `pipeline.yaml`. What its parts say of each other is checked in `checks/`, each cleaning rule by its own schema. */
export const pipelineFileSchema = z.strictObject({
  name: pipelineNameSchema,
  version: z.int().positive(),
  description: z.string().default(''),
  partitions: z.int().min(1).max(MAX_PARTITIONS).default(6),
  event: eventSchema,
  cleaning: z.array(z.looseObject({ rule: z.string() })).default([]),
  features: z.array(featureSchema).min(1),
  model: modelSchema,
  decision: decisionSchema,
  feedback: feedbackSchema,
  monitoring: z.strictObject({ windowMs: z.int().min(1000).max(DAY_MS) }),
  retention: retentionSchema,
});

/** `pipeline.yaml` as parsed, defaults filled in. */
export type PipelineFile = z.output<typeof pipelineFileSchema>;
