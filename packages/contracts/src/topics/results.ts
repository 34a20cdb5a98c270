import { pipelineTopic } from './topic.js';

export const resultsTopic = pipelineTopic({
  kind: 'results',
  description: 'Decisions for downstream consumers; at least once, every copy of a result id has the same bytes.',
});
