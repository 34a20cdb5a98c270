import { z } from 'zod';
import {
  featureValueSchema,
  modelScoreSchema,
  qualityNoteSchema,
  resultMessageSchema,
  timestampSchema,
} from '../messages/index.js';

/** Answer of `GET /v1/pipelines/:pipeline/decisions/:eventId?source=`: all that is known of one decision. */
export const decisionViewSchema = z.object({
  result: resultMessageSchema,
  /** What the model saw, and what cleaning did before. */
  input: z.object({
    features: z.record(z.string(), featureValueSchema),
    notes: z.array(qualityNoteSchema),
    definitionVersion: z.int(),
  }),
  /** Every model's answer, the deciding one included. */
  scores: z.array(modelScoreSchema),
  inferenceMs: z.number(),
  /** Where the raw record stands, and what it held. */
  origin: z.object({
    topic: z.string(),
    partition: z.int(),
    offset: z.int(),
    appendedAt: timestampSchema,
    digest: z.string(),
  }),
});
export type DecisionView = z.infer<typeof decisionViewSchema>;
