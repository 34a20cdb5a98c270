import type { RecoveryGroup, RecoveryPartition, TopicSpec } from '@pitwall/contracts';
import type { TopicAdmin } from '@pitwall/messaging';
import { type Database, readStoredProgress } from '@pitwall/persistence';

/** Whose groups are looked at. */
export interface GroupsOfService {
  readonly service: string;
  readonly topics: readonly TopicSpec[];
  readonly pipelines: readonly string[];
}

/** Compares what the groups of a service have committed with what its database knows. Topics that do not exist are left out. */
export async function planGroups(
  admin: TopicAdmin,
  database: Pick<Database, 'pool'>,
  { service, topics, pipelines }: GroupsOfService,
): Promise<readonly RecoveryGroup[]> {
  const members = new Map((await admin.groups(`pitwall.${service}.`)).map((group) => [group.groupId, group.members]));
  const wanted = pipelines.flatMap((pipeline) =>
    topics.map(({ kind, name }) => {
      const group = `pitwall.${service}.${kind}.${pipeline}`;
      return { group, pipeline, topic: name(pipeline), members: members.get(group) ?? 0 };
    }),
  );
  const existing = new Set((await admin.describe(wanted.map(({ topic }) => topic))).map(({ name }) => name));
  const groups: RecoveryGroup[] = [];
  for (const one of wanted.filter(({ topic }) => existing.has(topic))) {
    groups.push({ ...one, partitions: await planPartitions(admin, database, one) });
  }
  return groups;
}

async function planPartitions(
  admin: TopicAdmin,
  database: Pick<Database, 'pool'>,
  { group, topic }: Pick<RecoveryGroup, 'group' | 'topic'>,
): Promise<RecoveryPartition[]> {
  const stored = await readStoredProgress(database, { group, topic });
  const committed = await admin.committedOffsets(group, topic);
  const starts = await admin.startOffsets(topic);
  const ends = await admin.endOffsets(topic);
  return [...ends]
    .toSorted(([a], [b]) => a - b)
    .map(([partition, endOffset]) =>
      planPartition({
        partition,
        storedOffset: stored.get(partition) ?? null,
        committedOffset: committed.get(partition) ?? null,
        logStartOffset: starts.get(partition) ?? 0,
        endOffset,
      }),
    );
}

/** Where a partition stands. */
export type PartitionPositions = Omit<RecoveryPartition, 'rewindTo' | 'again' | 'gone'>;

/**
 * What has to become of a partition: the group goes back to what the database knows where it has committed more, by the same
 * rule as `PartitionClaims` refuses to go on. A group that is ahead in the database stays: it reads again by itself.
 */
export function planPartition(positions: PartitionPositions): RecoveryPartition {
  const { storedOffset, committedOffset, logStartOffset } = positions;
  const isBehind = committedOffset !== null && committedOffset > (storedOffset ?? logStartOffset);
  if (!isBehind) return { ...positions, rewindTo: null, again: 0, gone: 0 };
  const known = storedOffset ?? 0;
  const rewindTo = Math.max(known, logStartOffset);
  return {
    ...positions,
    rewindTo,
    again: Math.max(committedOffset - rewindTo, 0),
    gone: rewindTo - known,
  };
}
