import { pipelineTopic } from './topic.js';

/** `<pipeline>.results.v1`: what downstream consumers subscribe to. */
export const resultsTopic = pipelineTopic({
  kind: 'results',
  message: 'result',
  writtenBy: 'results',
  description: 'Decisions for downstream consumers; at least once, every copy of a result id has the same bytes.',
});
