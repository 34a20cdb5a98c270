import { z } from 'zod';
import { MODEL_ROLES, sha256Schema } from './common.js';
import { featuresMessageSchema } from './features.js';
import { isPlainPrediction } from './plain-messages.js';
import { withQuickCheck } from './quick-check.js';

/** One model's answer to one event. */
export const modelScoreSchema = z.object({
  role: z.enum(MODEL_ROLES),
  model: z.string().min(1),
  version: z.string().min(1),
  digest: sha256Schema,
  /** Probability of the positive class, 0 to 1. */
  score: z.number().min(0).max(1),
});
export type ModelScore = z.infer<typeof modelScoreSchema>;

/** The value on `<pipeline>.predictions.v1`: the features and every model's score. `safeParse` is quick, see {@link withQuickCheck}. */
export const predictionMessageSchema = featuresMessageSchema.extend({
  /** Exactly one champion unless `fallback` is set. */
  scores: z.array(modelScoreSchema),
  /** Why no model answered; null where one did. The definition's fallback decision is taken then. */
  fallback: z.string().min(1).nullable(),
  /** How long the micro-batch took in the model, milliseconds. */
  inferenceMs: z.number().min(0),
});
withQuickCheck(predictionMessageSchema, isPlainPrediction);
export type PredictionMessage = z.infer<typeof predictionMessageSchema>;
