import { PitwallError } from '@pitwall/contracts';
import type { Kafka } from 'kafkajs';
import type { PartitionData } from './wire-batch.js';

/** What of a cluster is needed to do without being in a group: to fetch by position, to commit by hand. */
export interface FetchCluster {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  addMultipleTargetTopics(topics: readonly string[]): Promise<void>;
  refreshMetadata(): Promise<void>;
  refreshMetadataIfNecessary(): Promise<void>;
  removeBroker(address: { readonly host: string; readonly port: number }): void;
  findLeaderForPartitions(topic: string, partitions: readonly number[]): Readonly<Record<string, readonly number[]>>;
  findGroupCoordinator(group: { readonly groupId: string }): Promise<CoordinatorBroker>;
  findBroker(node: { readonly nodeId: string }): Promise<FetchBroker>;
}

interface FetchBroker {
  fetch(request: {
    readonly maxWaitTime: number;
    readonly minBytes: number;
    readonly maxBytes: number;
    readonly isolationLevel: number;
    readonly topics: readonly FetchTopic[];
  }): Promise<{ readonly responses: readonly { topicName: string; partitions: readonly PartitionData[] }[] }>;
}

/** The broker that keeps a group. */
export interface CoordinatorBroker {
  offsetCommit(request: {
    readonly groupId: string;
    readonly groupGenerationId: number;
    readonly memberId: string;
    readonly topics: readonly {
      readonly topic: string;
      readonly partitions: readonly { readonly partition: number; readonly offset: string }[];
    }[];
  }): Promise<unknown>;
}

/** Partitions of a topic to fetch, and from where. */
export interface FetchTopic {
  readonly topic: string;
  readonly partitions: readonly {
    readonly partition: number;
    readonly fetchOffset: string;
    readonly maxBytes: number;
  }[];
}

type NewCluster = (options: {
  readonly allowAutoTopicCreation: boolean;
  readonly metadataMaxAge: number;
  readonly maxInFlightRequests: number;
  readonly isolationLevel: number;
}) => FetchCluster;

/** Isolation level: records of transactions that were aborted are told apart. */
export const READ_COMMITTED = 1;
const METADATA_MAX_AGE_MS = 300_000;

/** Its consumers fetch in a group only; what they are made of can do without. */
export function fetchClusterOf(kafka: Kafka): FetchCluster {
  const factory = Object.getOwnPropertySymbols(kafka).find(
    ({ description }) => description === 'private:Kafka:createCluster',
  );
  if (factory === undefined) throw new PitwallError('kafkajs makes no clusters.', { code: 'kafkajs_not_replaceable' });
  const newCluster = (kafka as unknown as Record<symbol, NewCluster>)[factory] as NewCluster;
  return newCluster({
    allowAutoTopicCreation: false,
    metadataMaxAge: METADATA_MAX_AGE_MS,
    maxInFlightRequests: 1,
    isolationLevel: READ_COMMITTED,
  });
}
