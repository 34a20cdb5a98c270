import { pipelineTopic } from './topic.js';

/** `<pipeline>.outcomes.v1`: written by results, read by monitoring and by consumers. */
export const outcomesTopic = pipelineTopic({
  kind: 'outcomes',
  message: 'outcome',
  writtenBy: 'results',
  description:
    'Decisions joined with their labels: correct or not, value realised; a correction comes as a higher revision.',
});
