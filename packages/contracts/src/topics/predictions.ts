import { pipelineTopic } from './topic.js';

export const predictionsTopic = pipelineTopic({
  kind: 'predictions',
  description: 'Features with one score per model that saw them.',
});
