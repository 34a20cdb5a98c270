import { LIMITS } from '../limits.js';
import { pipelineTopic } from './topic.js';

export const eventsTopic = pipelineTopic({
  kind: 'events',
  maxMessageBytes: LIMITS.maxEventRecordBytes,
  compression: 'uncompressed',
  description: 'Raw events from any producer.',
});
