import type { MessagingClient } from '@pitwall/messaging';
import { type Announcement, announceChampions, type PipelineChampion } from './announce.js';
import { differencesOf, type PipelineTopics, planTopics, type TopicDifference } from './topic-plan.js';

/** A pipeline that is to be provisioned; a whole definition is one. */
export type ProvisionedPipeline = PipelineTopics & PipelineChampion;

/** What to provision, and where. */
export interface ProvisionOptions {
  readonly client: MessagingClient;
  readonly pipelines: readonly ProvisionedPipeline[];
  /** Replicas per partition of new topics; -1 takes the broker's default. */
  readonly replicationFactor: number;
  readonly announcedAt: Date;
}

/** What became of one topic. `differs`: it is not as contracts say, and was left as it is. */
export interface TopicReport {
  readonly name: string;
  readonly state: 'created' | 'present' | 'differs';
  readonly differences: readonly TopicDifference[];
}

/** What `provision` did. */
export interface ProvisionReport {
  readonly topics: readonly TopicReport[];
  /** Empty where a topic differs: nothing is announced on topics that are not what they should be. */
  readonly announcements: readonly Announcement[];
}

/**
 * Creates the topics that are missing, from the list in contracts, and announces the champions. An existing topic is never
 * changed: how it differs is reported. Running it again does nothing.
 */
export async function provision(options: ProvisionOptions): Promise<ProvisionReport> {
  const topics = await provisionTopics(options);
  if (topics.some(({ state }) => state === 'differs')) return { topics, announcements: [] };
  const announcements = await announceChampions(options.client, options.pipelines, options.announcedAt);
  return { topics, announcements };
}

async function provisionTopics(options: ProvisionOptions): Promise<readonly TopicReport[]> {
  const planned = planTopics(options.pipelines, options.replicationFactor);
  const admin = await options.client.admin();
  try {
    const existing = new Map(
      (await admin.describe(planned.map(({ name }) => name))).map((topic) => [topic.name, topic]),
    );
    const missing = planned.filter(({ name }) => !existing.has(name));
    if (missing.length > 0) await admin.create(missing, options.replicationFactor);
    return planned.map((topic): TopicReport => {
      const found = existing.get(topic.name);
      if (found === undefined) return { name: topic.name, state: 'created', differences: [] };
      const differences = differencesOf(topic, found);
      return { name: topic.name, state: differences.length === 0 ? 'present' : 'differs', differences };
    });
  } finally {
    await admin.close();
  }
}
