import { pipelineTopic } from './topic.js';

/** `<pipeline>.features.v1`: written by ingestion, read by inference. */
export const featuresTopic = pipelineTopic({
  kind: 'features',
  message: 'features',
  writtenBy: 'ingestion',
  description: 'Validated and cleaned events, keyed by entity.',
});
