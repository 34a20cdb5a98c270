import { z } from 'zod';
import { pipelineNameSchema } from '../topics/topic.js';
import { entitySchema, identityShape, sha256Schema, timestampSchema } from './common.js';

/** The value on `<pipeline>.results.v1`: what was decided of one event, and by what. Never changes once published. */
export const resultMessageSchema = z.object({
  resultId: z.uuid(),
  pipeline: pipelineNameSchema,
  event: z.object({ ...identityShape, time: timestampSchema }),
  entity: entitySchema,
  decision: z.string().min(1),
  /** Null where the fallback decided. */
  score: z.number().min(0).max(1).nullable(),
  /** Act where the score reaches it. */
  threshold: z.number().min(0).max(1),
  policyVersion: z.string().min(1),
  /** The model whose score decided; null where the fallback decided. */
  model: z.object({ name: z.string(), version: z.string(), digest: sha256Schema }).nullable(),
  /** Why no model answered; null where one did. */
  fallback: z.string().nullable(),
  /** Expected value of the decision under the cost matrix; null where the fallback decided. */
  expectedValue: z.object({ amount: z.number(), currency: z.string().regex(/^[A-Z]{3}$/) }).nullable(),
  late: z.boolean(),
  traceId: z.string().regex(/^[0-9a-f]{32}$/),
  decidedAt: timestampSchema,
});
export type ResultMessage = z.infer<typeof resultMessageSchema>;
