import { pipelineTopic } from './topic.js';

export const deadLettersTopic = pipelineTopic({
  kind: 'dead-letters',
  description: 'Records that could not be processed: original key, value and headers, and why in the last header.',
});
