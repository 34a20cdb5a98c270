import { z } from 'zod';
import { timestampSchema } from '../messages/index.js';

const count = z.int().min(0);

/** Quality of one feature in one window. */
export const featureQualitySchema = z.object({ feature: z.string(), missing: count, repaired: count });

const quantiles = z.object({
  count,
  p50: z.number().nullable(),
  p90: z.number().nullable(),
  p99: z.number().nullable(),
  max: z.number().nullable(),
});

/**
 * What lies between two topics, by the kind of the topic that it ends in: `features` from append of the raw event, `predictions`
 * from that of the features, `results` from that of the prediction, `outcomes` from that of the label, or of the prediction
 * where the label was there before it.
 */
export const HOPS = ['features', 'predictions', 'results', 'outcomes'] as const;
/** One of {@link HOPS}. */
export type Hop = (typeof HOPS)[number];

/** One figure of a model's performance, as far as the labels tell it. */
export const figureSchema = z.object({
  value: z.number().nullable(),
  /** Labelled decisions that it rests on. */
  n: count,
  /** 95 % confidence interval; null where there is none. */
  interval: z.object({ lower: z.number(), upper: z.number() }).nullable(),
  /** How far the value may lie from that of the raw scores. */
  resolution: z.number(),
});

/** How one model version did in one window, by the labels that have come so far. */
export const modelPerformanceSchema = z.object({
  /** `name@version`, or `fallback` where no model answered. */
  model: z.string(),
  predictions: count,
  labels: count,
  /** By name: coverage, accuracy, rocAuc, logLoss, brier, calibrationError, valuePer1000 … */
  figures: z.record(z.string(), figureSchema),
  /** Sum of the realised values, in `currency`. */
  value: z.number(),
  currency: z.string(),
  /** From the event to its label, milliseconds. */
  labelDelayMs: quantiles,
});
/** See {@link modelPerformanceSchema}. */
export type ModelPerformance = z.infer<typeof modelPerformanceSchema>;

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
  latencyMs: quantiles,
  /** The same for each hop on the way, see {@link HOPS}. */
  hopLatencyMs: z.record(z.enum(HOPS), quantiles),
  /** Per model version, revised whenever labels come. */
  performance: z.array(modelPerformanceSchema),
  /** Grows with every change of the window; two readings of the same revision are the same. */
  revision: count,
  /** When it was changed last. */
  asOf: timestampSchema,
});
/** See {@link windowViewSchema}. */
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
