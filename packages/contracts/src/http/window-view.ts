import { z } from 'zod';
import { timestampSchema } from '../messages/index.js';

const count = z.int().min(0);

/** Quality of one feature in one window. */
export const featureQualitySchema = z.object({ feature: z.string(), missing: count, repaired: count });

/** One tumbling event-time window of a pipeline, as far as it has been counted. Counts of records are exact: each is counted once. */
export const windowViewSchema = z.object({
  pipeline: z.string(),
  /** First instant of the window, event time. */
  from: timestampSchema,
  /** First instant after the window. */
  to: timestampSchema,
  predictions: count,
  results: count,
  late: count,
  fallbacks: count,
  decisions: z.record(z.string(), count),
  features: z.array(featureQualitySchema),
  /** Counts of the champion's scores in 20 bins of equal width from 0 to 1. */
  scoreHistogram: z.array(count).length(20),
  /** From append of the raw event to append of its result; upper bounds of the sketch, milliseconds; null where nothing was measured. */
  latencyMs: z.object({
    count,
    p50: z.number().nullable(),
    p90: z.number().nullable(),
    p99: z.number().nullable(),
    max: z.number().nullable(),
  }),
});
export type WindowView = z.infer<typeof windowViewSchema>;

/**
 * Dead letters by the append time of their raw record: the event time of what could not be read is not known.
 */
export const deadLetterWindowSchema = z.object({
  from: timestampSchema,
  to: timestampSchema,
  byReason: z.record(z.string(), count),
});
export type DeadLetterWindow = z.infer<typeof deadLetterWindowSchema>;

/** Answer of `GET /v1/pipelines/:pipeline/windows`. */
export const windowsViewSchema = z.object({
  pipeline: z.string(),
  windowMs: z.int().positive(),
  /** By event time, oldest first. */
  windows: z.array(windowViewSchema),
  deadLetters: z.array(deadLetterWindowSchema),
});
export type WindowsView = z.infer<typeof windowsViewSchema>;
