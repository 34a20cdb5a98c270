import { z } from 'zod';
import { identityShape, sha256Schema, timestampSchema } from '../messages/index.js';
import { pipelineNameSchema } from '../topics/topic.js';

/** Most events that can be looked up by one request. */
export const MAX_LOOKED_UP_EVENTS = 1_000;

/** Body of `POST /v1/pipelines/:pipeline/decision-lookups`: which events are asked about. */
export const decisionLookupRequestSchema = z.strictObject({
  events: z.array(z.strictObject(identityShape)).min(1).max(MAX_LOOKED_UP_EVENTS),
});
/** See {@link decisionLookupRequestSchema}. */
export type DecisionLookupRequest = z.infer<typeof decisionLookupRequestSchema>;

/** That an event is decided, and from which raw record. */
export const knownDecisionSchema = z.object({
  resultId: z.uuid(),
  decision: z.string(),
  decidedAt: timestampSchema,
  /** The raw record that was decided: another record of the event with another digest is a reused id. */
  origin: z.object({ topic: z.string(), partition: z.int(), offset: z.int(), digest: sha256Schema }),
});
/** See {@link knownDecisionSchema}. */
export type KnownDecision = z.infer<typeof knownDecisionSchema>;

/** Answer of `POST /v1/pipelines/:pipeline/decision-lookups`. */
export const decisionLookupViewSchema = z.object({
  pipeline: pipelineNameSchema,
  /** One for each event that was asked about, in the same order; null where it has no decision. */
  decisions: z.array(knownDecisionSchema.nullable()),
});
/** See {@link decisionLookupViewSchema}. */
export type DecisionLookupView = z.infer<typeof decisionLookupViewSchema>;
