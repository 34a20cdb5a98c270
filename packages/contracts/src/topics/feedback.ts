import { LIMITS } from '../limits.js';
import { pipelineTopic } from './topic.js';

/** `<pipeline>.feedback.v1`: written by any producer, read by results. */
export const feedbackTopic = pipelineTopic({
  kind: 'feedback',
  message: 'feedback',
  writtenBy: 'producer',
  maxMessageBytes: LIMITS.maxEventRecordBytes + LIMITS.maxRedriveGrowthBytes,
  description:
    'What was observed of an event after its decision (labels), and what was done with the decision (actions).',
});
