import { pipelineTopic } from './topic.js';

/** `<pipeline>.predictions.v1`: written by inference, read by results and monitoring. */
export const predictionsTopic = pipelineTopic({
  kind: 'predictions',
  message: 'prediction',
  writtenBy: 'inference',
  description: 'Features with one score per model that saw them.',
});
