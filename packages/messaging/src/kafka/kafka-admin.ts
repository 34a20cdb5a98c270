import { PitwallError } from '@pitwall/contracts';
import type { Admin, Kafka } from 'kafkajs';
import { groupNotEmpty } from '../group-not-empty.js';
import type { ExistingTopic, GroupDescription, KafkaConnection, NewTopic, TopicAdmin } from '../port.js';
import type { ClientLogger } from './client-log.js';
import { newKafka } from './connection.js';
import { fetchClusterOf } from './fetch-cluster.js';
import { protocolType } from './kafka-error.js';
import { kafkajs } from './load-kafkajs.js';
import type { CommittedOffset } from './membership.js';

/** Asks and creates topics. Connects with the first question. */
export class KafkaAdmin implements TopicAdmin {
  private readonly kafka: Kafka;
  private readonly admin: Admin;
  private connecting: Promise<void> | null = null;

  constructor(connection: KafkaConnection, logger: ClientLogger) {
    this.kafka = newKafka(connection, logger);
    this.admin = this.kafka.admin();
  }

  async clusterId(): Promise<string> {
    const { clusterId } = await (await this.connected()).describeCluster();
    return clusterId;
  }

  async describe(names: readonly string[]): Promise<readonly ExistingTopic[]> {
    const admin = await this.connected();
    const all = new Set(await admin.listTopics());
    const existing = names.filter((name) => all.has(name));
    if (existing.length === 0) return [];
    const { topics } = await admin.fetchTopicMetadata({ topics: existing });
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: existing.map((name) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name })),
    });
    return topics.map(({ name, partitions }) => {
      const entries = resources.find((resource) => resource.resourceName === name)?.configEntries ?? [];
      const config = Object.fromEntries(entries.map((entry) => [entry.configName, entry.configValue]));
      return { name, partitions: partitions.length, config };
    });
  }

  async create(topics: readonly NewTopic[], replicationFactor: number): Promise<void> {
    const admin = await this.connected();
    await this.refuseExisting(topics);
    const created = await admin.createTopics({
      waitForLeaders: true,
      topics: topics.map(({ name, partitions, config }) => ({
        topic: name,
        numPartitions: partitions,
        replicationFactor,
        configEntries: Object.entries(config).map(([key, value]) => ({ name: key, value })),
      })),
    });
    if (!created) await this.refuseExisting(topics);
  }

  async endOffsets(topic: string): Promise<ReadonlyMap<number, number>> {
    const partitions = await (await this.connected()).fetchTopicOffsets(topic);
    return new Map(partitions.map(({ partition, high }) => [partition, Number(high)]));
  }

  async startOffsets(topic: string): Promise<ReadonlyMap<number, number>> {
    const partitions = await (await this.connected()).fetchTopicOffsets(topic);
    return new Map(partitions.map(({ partition, low }) => [partition, Number(low)]));
  }

  async offsetsAt(topic: string, appendedAt: number): Promise<ReadonlyMap<number, number>> {
    const partitions = await (await this.connected()).fetchTopicOffsetsByTimestamp(topic, appendedAt);
    return new Map(partitions.map(({ partition, offset }) => [partition, Number(offset)]));
  }

  async groups(prefix: string): Promise<readonly GroupDescription[]> {
    const admin = await this.connected();
    const listed = (await admin.listGroups()).groups.map(({ groupId }) => groupId);
    const wanted = listed.filter((groupId) => groupId.startsWith(prefix)).toSorted();
    if (wanted.length === 0) return [];
    const { groups } = await admin.describeGroups(wanted);
    return groups.map(({ groupId, members }) => ({ groupId, members: members.length }));
  }

  async committedOffsets(groupId: string, topic: string): Promise<ReadonlyMap<number, number>> {
    const committed = await this.committed(groupId, topic);
    return new Map([...committed].map(([partition, { offset }]) => [partition, offset]));
  }

  /** With what was committed beside the offsets. */
  async committed(groupId: string, topic: string): Promise<ReadonlyMap<number, CommittedOffset>> {
    const [answer] = await (await this.connected()).fetchOffsets({ groupId, topics: [topic] });
    const committed = (answer?.partitions ?? []).filter(({ offset }) => Number(offset) >= 0);
    return new Map(
      committed.map(({ partition, offset, metadata }) => [partition, { offset: Number(offset), metadata }]),
    );
  }

  async setOffsets(groupId: string, topic: string, offsets: ReadonlyMap<number, number>): Promise<void> {
    if (offsets.size === 0) return;
    const admin = await this.connected();
    const { groups } = await admin.describeGroups([groupId]);
    const members = groups[0]?.members.length ?? 0;
    if (members > 0) throw groupNotEmpty(groupId, members);
    const partitions = [...offsets].map(([partition, offset]) => ({ partition, offset: String(offset) }));
    const cluster = fetchClusterOf(this.kafka);
    await cluster.connect();
    try {
      const coordinator = await cluster.findGroupCoordinator({ groupId });
      await coordinator.offsetCommit({ groupId, ...NO_MEMBER, topics: [{ topic, partitions }] });
    } catch (error) {
      throw commitRefused(error, { groupId, topic });
    } finally {
      await cluster.disconnect();
    }
  }

  async close(): Promise<void> {
    await this.admin.disconnect();
  }

  private async connected(): Promise<Admin> {
    this.connecting ??= this.admin.connect();
    try {
      await this.connecting;
    } catch (error) {
      this.connecting = null;
      throw error;
    }
    return this.admin;
  }

  private async refuseExisting(topics: readonly NewTopic[]): Promise<void> {
    const existing = await this.describe(topics.map(({ name }) => name));
    if (existing.length === 0) return;
    const names = existing.map(({ name }) => name).join(', ');
    throw new PitwallError(`Got topics to create that exist already: ${names}; expected new ones only.`, {
      code: 'topic_exists',
      details: { topics: existing.map(({ name }) => name) },
    });
  }
}

/** How an offset is committed from outside of a group; the coordinator takes it only while the group is empty. */
const NO_MEMBER = { groupGenerationId: -1, memberId: '' };

/** Members may have come between the question and the commit. */
function commitRefused(
  error: unknown,
  { groupId, topic }: { readonly groupId: string; readonly topic: string },
): unknown {
  switch (protocolType(error)) {
    case 'UNKNOWN_MEMBER_ID':
    case 'ILLEGAL_GENERATION':
    case 'REBALANCE_IN_PROGRESS':
      return groupNotEmpty(groupId, null);
    case 'UNKNOWN_TOPIC_OR_PARTITION':
      return new PitwallError(
        `Got offsets of ${topic} to be set for ${groupId}, but the topic or one of the partitions does not exist; check its name.`,
        { code: 'unknown_topic', cause: error },
      );
    default:
      return error;
  }
}
