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

/** What of a topic is not as planned. */
export interface TopicDifference {
  /** `partitions`, or the name of a setting as Kafka has it. */
  readonly name: string;
  /** Null where the broker does not say it. */
  readonly is: string | null;
  readonly expected: string;
}

/** How a topic differs from its plan; empty where it does not. */
export function differencesOf(planned: NewTopic, existing: ExistingTopic): readonly TopicDifference[] {
  const partitions = { name: PARTITIONS, is: String(existing.partitions), expected: String(planned.partitions) };
  const settings = Object.entries(planned.config).map(([name, expected]): TopicDifference => ({
    name,
    is: existing.config[name] ?? null,
    expected,
  }));
  return [partitions, ...settings].filter(({ is, expected }) => is !== expected);
}

const PARTITIONS = 'partitions';

/** A difference as a sentence without its subject, the topic. */
export function differenceText({ name, is, expected }: TopicDifference): string {
  if (name === PARTITIONS) return `has ${is ?? 'no'} partitions, expected ${expected}`;
  return `has ${name}=${is ?? '(not said)'}, expected ${expected}`;
}

/** Settings by which a broker deletes what it has: a lower value takes effect at once. */
const DELETING: ReadonlySet<string> = new Set(['retention.ms', 'retention.bytes', 'cleanup.policy']);

/**
 * What whoever runs the cluster can do about the differences of one topic, a sentence each: for settings the command of Kafka's own
 * tools, with a warning where that may delete records; for the number of partitions there is none, as it would move entities to other
 * partitions. `brokers` as the tools take them: `host:port,…`.
 */
export function remediesOf(topic: string, differences: readonly TopicDifference[], brokers: string): readonly string[] {
  const settings = differences.filter(({ name }) => name !== PARTITIONS);
  const deleting = settings.filter(({ name }) => DELETING.has(name)).map(({ name }) => name);
  const added = settings.map(({ name, expected }) => `${name}=${expected}`).join(',');
  const server = `kafka-configs.sh --bootstrap-server ${brokers}`;
  return [
    ...(settings.length === differences.length
      ? []
      : [
          'The number of partitions must stay: another one breaks the order per entity. Give the definition the number that its topics have, or its pipeline another name.',
        ]),
    ...(settings.length === 0
      ? []
      : [`To change it: ${server} --alter --entity-type topics --entity-name ${topic} --add-config ${added}`]),
    ...(deleting.length === 0
      ? []
      : [`Look first: with another ${deleting.join(' and ')} the broker may delete records at once.`]),
  ];
}
