import { z } from 'zod';
import { identityShape } from '../messages/index.js';

/** Answer 202 of `POST /v1/pipelines/:pipeline/feedback`: Kafka has all feedback of the request, in this order. */
export const feedbackViewSchema = z.object({
  feedback: z
    .array(
      z.object({
        kind: z.enum(['label', 'action']),
        ...identityShape,
        /** Of the event's decision, whether or not there is one already. */
        resultId: z.uuid(),
      }),
    )
    .min(1),
  /** All feedback of the request belongs to this trace. */
  traceId: z.string().regex(/^[0-9a-f]{32}$/),
});
/** See {@link feedbackViewSchema}. */
export type FeedbackView = z.infer<typeof feedbackViewSchema>;
