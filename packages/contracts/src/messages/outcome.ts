import { z } from 'zod';
import { pipelineNameSchema } from '../topics/topic.js';
import { entitySchema, identityShape, sha256Schema, timestampSchema } from './common.js';

/**
 * The value on `<pipeline>.outcomes.v1`: what a decision turned out to be worth. A label that is corrected gives another
 * outcome of the same result and label source with a higher revision, which replaces the lower.
 */
export const outcomeMessageSchema = z.object({
  outcomeId: z.uuid(),
  resultId: z.uuid(),
  pipeline: pipelineNameSchema,
  event: z.object({ ...identityShape, time: timestampSchema }),
  entity: entitySchema,
  decision: z.string().min(1),
  /** Null where the fallback decided. */
  score: z.number().min(0).max(1).nullable(),
  threshold: z.number().min(0).max(1),
  policyVersion: z.string().min(1),
  model: z.object({ name: z.string(), version: z.string(), digest: sha256Schema }).nullable(),
  /** Name of the observed outcome. */
  label: z.string().min(1),
  /** The label is the outcome that the score is the probability of. */
  positive: z.boolean(),
  labelSource: z.string().min(1),
  revision: z.int().min(0),
  observedAt: timestampSchema,
  /** From the event's time to when the label was observed, milliseconds; negative where clocks disagree. */
  labelDelayMs: z.int(),
  /** The decision was the right one for this label: acted on a positive, held on a negative. */
  correct: z.boolean(),
  /** What the decision was worth under the cost matrix, now that the label is known. */
  value: z.object({ amount: z.number(), currency: z.string().regex(/^[A-Z]{3}$/) }),
  /** Trace of the decision; the label's own trace is linked to it. */
  decisionTraceId: z.string().regex(/^[0-9a-f]{32}$/),
  joinedAt: timestampSchema,
});
export type OutcomeMessage = z.infer<typeof outcomeMessageSchema>;
