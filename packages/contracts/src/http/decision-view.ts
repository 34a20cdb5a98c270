import { z } from 'zod';
import {
  ACTIONS,
  featureValueSchema,
  modelScoreSchema,
  outcomeMessageSchema,
  qualityNoteSchema,
  resultMessageSchema,
  timestampSchema,
} from '../messages/index.js';

const traceId = z.string().regex(/^[0-9a-f]{32}$/);

/** What somebody said of an event after its decision, one for each source and revision. */
export const labelViewSchema = z.object({
  /** Name of the observed outcome. */
  label: z.string(),
  labelSource: z.string(),
  revision: z.int().min(0),
  /** In the time of the events. */
  observedAt: timestampSchema,
  receivedAt: timestampSchema,
  traceId,
  /** What was published of it; null where a higher revision came first. */
  outcome: outcomeMessageSchema.nullable(),
});
export type LabelView = z.infer<typeof labelViewSchema>;

/** What somebody did with a decision. */
export const actionViewSchema = z.object({
  action: z.enum(ACTIONS),
  at: timestampSchema,
  by: z.string().nullable(),
  reason: z.string().nullable(),
  receivedAt: timestampSchema,
  traceId,
});
export type ActionView = z.infer<typeof actionViewSchema>;

/** `labelled`: there is a label; `waiting`: there may come one; `unlabelled`: none came within the horizon of the pipeline. */
export const LABEL_STATES = ['labelled', 'waiting', 'unlabelled'] as const;

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
  labelState: z.enum(LABEL_STATES),
  /** By source, then by revision. */
  labels: z.array(labelViewSchema),
  /** In the order in which they were done. */
  actions: z.array(actionViewSchema),
});
export type DecisionView = z.infer<typeof decisionViewSchema>;
