import { z } from 'zod';
import { pipelineNameSchema } from '../topics/topic.js';
import { entitySchema, featureValueSchema, identityShape, qualityNoteSchema, timestampSchema } from './common.js';
import { isPlainFeatures } from './plain-messages.js';
import { withQuickCheck } from './quick-check.js';

/** The value on `<pipeline>.features.v1`: one validated, cleaned event. `safeParse` is quick, see {@link withQuickCheck}. */
export const featuresMessageSchema = z.object({
  pipeline: pipelineNameSchema,
  ...identityShape,
  entity: entitySchema,
  eventTime: timestampSchema,
  /** Event time lies behind the partition's watermark by more than the allowed lateness. */
  late: z.boolean(),
  /** Event time lies more than 5 minutes after the append time, and the pipeline is no replay. */
  future: z.boolean(),
  /** Version of the pipeline definition that made this. */
  definitionVersion: z.int().positive(),
  /** Every feature of the pipeline by name; missing is null. */
  features: z.record(z.string(), featureValueSchema),
  notes: z.array(qualityNoteSchema),
});
withQuickCheck(featuresMessageSchema, isPlainFeatures);
export type FeaturesMessage = z.infer<typeof featuresMessageSchema>;
