import { z } from 'zod';

const count = z.int().min(0);

const categoricalSchema = z.strictObject({
  name: z.string().min(1),
  type: z.literal('string'),
  missing: count,
  categories: z.array(z.strictObject({ value: z.string(), count })),
});

const numericSchema = z.strictObject({
  name: z.string().min(1),
  type: z.literal('number'),
  missing: count,
  min: z.number(),
  max: z.number(),
  mean: z.number(),
  /** Standard deviation of the reference rows (divisor n). */
  sd: z.number().min(0),
  median: z.number(),
  /**
   * Bin i is [edge i, edge i+1), the last one closed. Quantiles of the reference rows, ascending; equal edges where values
   * heap make empty bins, and the value counts in the last of them.
   */
  edges: z.array(z.number()).min(2),
  /** Reference rows per bin: one fewer than edges. */
  counts: z.array(count),
  /** Where the feature has few distinct values: each of them. */
  values: z.array(z.strictObject({ value: z.number(), count })).optional(),
});

/** The shape of `models/profile.json`. */
export const profileSchema = z.strictObject({
  schema: z.literal('pitwall.profile/v1'),
  /** Which rows it describes. */
  reference: z.string().min(1),
  rows: z.int().positive(),
  features: z.array(z.discriminatedUnion('type', [categoricalSchema, numericSchema])),
});

/** How each feature was distributed in the reference rows, after cleaning. */
export type ReferenceProfile = z.output<typeof profileSchema>;
/** One feature of it. */
export type FeatureProfile = ReferenceProfile['features'][number];
