import type { z } from 'zod';
import { deadLetterSchema } from './dead-letter.js';
import { deploymentMessageSchema } from './deployment.js';
import { featuresMessageSchema } from './features.js';
import { feedbackMessageSchema } from './feedback.js';
import { outcomeMessageSchema } from './outcome.js';
import { predictionMessageSchema } from './prediction.js';
import { resultMessageSchema } from './result.js';

export * from './common.js';
export * from './dead-letter.js';
export * from './deployment.js';
export * from './features.js';
export * from './feedback.js';
export * from './outcome.js';
export * from './prediction.js';
export * from './result.js';

/** A message contract: `name` is also its `ce_type` (with the prefix `pitwall.`) and the folder of its fixtures. */
export interface MessageContract {
  readonly name: string;
  readonly version: 1;
  readonly schema: z.ZodType;
}

/** Every message of Pitwall. Add one by one file and one line here. */
export const MESSAGES: readonly MessageContract[] = [
  { name: 'features', version: 1, schema: featuresMessageSchema },
  { name: 'prediction', version: 1, schema: predictionMessageSchema },
  { name: 'result', version: 1, schema: resultMessageSchema },
  { name: 'feedback', version: 1, schema: feedbackMessageSchema },
  { name: 'outcome', version: 1, schema: outcomeMessageSchema },
  { name: 'dead-letter', version: 1, schema: deadLetterSchema },
  { name: 'deployment', version: 1, schema: deploymentMessageSchema },
];

/** `ce_type` of the derived messages. */
export const CE_TYPE = {
  features: 'pitwall.features.v1',
  prediction: 'pitwall.prediction.v1',
  result: 'pitwall.result.v1',
  feedback: 'pitwall.feedback.v1',
  outcome: 'pitwall.outcome.v1',
  deployment: 'pitwall.deployment.v1',
} as const;
