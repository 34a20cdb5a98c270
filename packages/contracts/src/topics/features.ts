import { pipelineTopic } from './topic.js';

export const featuresTopic = pipelineTopic({
  kind: 'features',
  description: 'Validated and cleaned events, keyed by entity.',
});
