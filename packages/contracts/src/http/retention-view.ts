import { z } from 'zod';
import { timestampSchema } from '../messages/index.js';
import { pipelineNameSchema } from '../topics/topic.js';

const daySchema = z.iso.date();
const daysSchema = z.int().positive();

/** What is kept of tables that are dropped together. Days are those of UTC by the database's clock. */
const keptFamilySchema = z.object({
  family: z.string(),
  tables: z.array(z.string()),
  /** As the pipeline's definition says: rows are kept for at least so long. */
  days: daysSchema,
  /** The longest that any pipeline in this schema wants, which is what counts; null where none has said so. */
  longestDays: daysSchema.nullable(),
  /** The days on which the generations began, oldest first; the last is written into. */
  generations: z.array(daySchema),
  /** Rows that were written before this day may be gone; null while nothing was dropped. */
  droppedBefore: daySchema.nullable(),
  /** When the oldest generation is dropped, at the earliest. */
  nextDropOn: daySchema.nullable(),
  lastDrop: z.object({ generation: daySchema, at: timestampSchema }).nullable(),
});

/** Answer of `GET /v1/pipelines/:pipeline/retention`: how long a service keeps what of a pipeline. */
export const retentionViewSchema = z.object({
  pipeline: pipelineNameSchema,
  /** The horizon of duplicates: a record that comes again is recognised for at least so long. */
  duplicatesRecognisedDays: daysSchema,
  families: z.array(keptFamilySchema),
});
/** See {@link retentionViewSchema}. */
export type RetentionView = z.infer<typeof retentionViewSchema>;
