import { z } from 'zod';
import { identityShape } from '../messages/index.js';

/** Answer 202 of `POST /v1/pipelines/:pipeline/events`: Kafka has every event of the request, in this order. */
export const submissionViewSchema = z.object({
  events: z.array(z.object(identityShape)).min(1),
  /** All events of the request belong to this trace. */
  traceId: z.string().regex(/^[0-9a-f]{32}$/),
});
/** See {@link submissionViewSchema}. */
export type SubmissionView = z.infer<typeof submissionViewSchema>;
