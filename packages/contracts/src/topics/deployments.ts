import type { TopicSpec } from './topic.js';

/** `pitwall.deployments.v1`: compacted, one partition, read as a table. */
export const deploymentsTopic: TopicSpec = {
  kind: 'deployments',
  message: 'deployment',
  writtenBy: 'provision',
  scope: 'platform',
  name: () => 'pitwall.deployments.v1',
  key: 'pipeline',
  partitions: 1,
  cleanup: 'compact',
  retentionMs: -1,
  retentionBytes: -1,
  maxMessageBytes: 1024 * 1024,
  description: 'Which model version answers for a pipeline; the last record of a key holds.',
};
