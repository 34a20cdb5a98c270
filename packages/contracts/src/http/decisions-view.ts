import { z } from 'zod';
import { resultMessageSchema } from '../messages/index.js';
import { pipelineNameSchema } from '../topics/topic.js';

/** Answer of `GET /v1/pipelines/:pipeline/decisions`: a page of decisions. */
export const decisionsViewSchema = z.object({
  pipeline: pipelineNameSchema,
  /** Newest first by event time, as they were published. */
  decisions: z.array(resultMessageSchema),
  /** Give it as `cursor` for the next page; null after the last decision. */
  nextCursor: z.string().nullable(),
});
/** See {@link decisionsViewSchema}. */
export type DecisionsView = z.infer<typeof decisionsViewSchema>;
