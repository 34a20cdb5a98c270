import { LIMITS } from '../limits.js';
import { pipelineTopic } from './topic.js';

/** `<pipeline>.events.v1`: written by any producer, read by ingestion. */
export const eventsTopic = pipelineTopic({
  kind: 'events',
  message: null,
  writtenBy: 'producer',
  maxMessageBytes: LIMITS.maxEventRecordBytes + LIMITS.maxRedriveGrowthBytes,
  description: 'Raw events from any producer.',
});
