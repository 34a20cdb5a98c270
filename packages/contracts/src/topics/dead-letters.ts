import { pipelineTopic } from './topic.js';

/** `<pipeline>.dead-letters.v1`; the partition is that of the dead record. */
export const deadLettersTopic = pipelineTopic({
  kind: 'dead-letters',
  message: 'dead-letter',
  writtenBy: 'any service',
  description: 'Records that could not be processed: original key, value and headers, and why in the last header.',
});
