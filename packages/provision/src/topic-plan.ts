import { COMPRESSION_TYPE, TIMESTAMP_TYPE, TOPICS, type TopicSpec } from '@pitwall/contracts';
import type { ExistingTopic, NewTopic } from '@pitwall/messaging';

/** A pipeline, as far as its topics are concerned. */
export interface PipelineTopics {
  readonly name: string;
  readonly partitions: number;
}

/** From three replicas on, a write waits for two of them: the loss of one broker then loses nothing. */
const REPLICAS_FOR_MIN_IN_SYNC = 3;

/** Every topic that the given pipelines need, platform topics once, as the list in contracts says and nothing else. */
export function planTopics(pipelines: readonly PipelineTopics[], replicationFactor: number): readonly NewTopic[] {
  return TOPICS.flatMap((spec) => {
    const config = configOf(spec, replicationFactor);
    if (spec.scope === 'platform') return [{ name: spec.name(''), partitions: partitionsOf(spec, 1), config }];
    return pipelines.map(({ name, partitions }) => ({
      name: spec.name(name),
      partitions: partitionsOf(spec, partitions),
      config,
    }));
  });
}

function partitionsOf(spec: TopicSpec, ofPipeline: number): number {
  return spec.partitions === 'pipeline' ? ofPipeline : spec.partitions;
}

function configOf(spec: TopicSpec, replicationFactor: number): Record<string, string> {
  return {
    'cleanup.policy': spec.cleanup,
    'retention.ms': String(spec.retentionMs),
    'retention.bytes': String(spec.retentionBytes),
    'max.message.bytes': String(spec.maxMessageBytes),
    'compression.type': COMPRESSION_TYPE,
    'message.timestamp.type': TIMESTAMP_TYPE,
    ...(replicationFactor >= REPLICAS_FOR_MIN_IN_SYNC ? { 'min.insync.replicas': '2' } : {}),
  };
}

/** How a topic differs from its plan, a sentence each; empty where it does not. */
export function differencesOf(planned: NewTopic, existing: ExistingTopic): readonly string[] {
  const partitions =
    existing.partitions === planned.partitions
      ? []
      : [`has ${existing.partitions} partitions, expected ${planned.partitions}`];
  const config = Object.entries(planned.config)
    .filter(([name, value]) => existing.config[name] !== value)
    .map(([name, value]) => `has ${name}=${existing.config[name] ?? '(not said)'}, expected ${value}`);
  return [...partitions, ...config];
}
