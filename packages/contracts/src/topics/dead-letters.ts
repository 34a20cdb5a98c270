import { LIMITS } from '../limits.js';
import { INTERNAL_RECORD_BYTES, pipelineTopic } from './topic.js';

/** Lengths and name of the header. */
const FRAME_BYTES = 1024;

/** `<pipeline>.dead-letters.v1`; the partition is that of the dead record. */
export const deadLettersTopic = pipelineTopic({
  kind: 'dead-letters',
  message: 'dead-letter',
  writtenBy: 'any service',
  // Whatever fits into the other topics, with its reason: a record that cannot be buried would stop its partition for ever.
  maxMessageBytes: INTERNAL_RECORD_BYTES + LIMITS.maxDeadLetterHeaderBytes + FRAME_BYTES,
  description: 'Records that could not be processed: original key, value and headers, and why in the last header.',
});
