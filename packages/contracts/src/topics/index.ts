import { deadLettersTopic } from './dead-letters.js';
import { deploymentsTopic } from './deployments.js';
import { eventsTopic } from './events.js';
import { featuresTopic } from './features.js';
import { feedbackTopic } from './feedback.js';
import { outcomesTopic } from './outcomes.js';
import { predictionsTopic } from './predictions.js';
import { resultsTopic } from './results.js';
import type { TopicSpec } from './topic.js';

export {
  COMPRESSION_TYPE,
  EVENT_PATH_RETENTION_MS,
  INTERNAL_RECORD_BYTES,
  pipelineNameSchema,
  TIMESTAMP_TYPE,
  type TopicSpec,
} from './topic.js';
export {
  deadLettersTopic,
  deploymentsTopic,
  eventsTopic,
  featuresTopic,
  feedbackTopic,
  outcomesTopic,
  predictionsTopic,
  resultsTopic,
};

/** Every topic of Pitwall. Add one by one file and one line here. */
export const TOPICS: readonly TopicSpec[] = [
  eventsTopic,
  featuresTopic,
  predictionsTopic,
  resultsTopic,
  feedbackTopic,
  outcomesTopic,
  deadLettersTopic,
  deploymentsTopic,
];
