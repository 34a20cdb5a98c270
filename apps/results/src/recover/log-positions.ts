import type { RecoveryGroup, RecoveryPartition, TopicSpec } from '@pitwall/contracts';
import type { TopicRange } from '@pitwall/messaging';
import type { RecoveryContext } from '@pitwall/runtime';

/** Clocks of two brokers may stand apart; reading a little more than is needed does no harm. */
const CLOCK_MARGIN_MS = 600_000;

/** What a group has not read yet as far as the database knows: to the end, beyond what was committed. */
export function unreadRange({ topic, partitions }: RecoveryGroup): TopicRange {
  const from = new Map(partitions.map((partition) => [partition.partition, resumeOffset(partition)]));
  const to = new Map(partitions.map(({ partition, endOffset }) => [partition, endOffset]));
  return { topic, from, to };
}

function resumeOffset({
  rewindTo,
  storedOffset,
  committedOffset,
  logStartOffset,
  endOffset,
}: RecoveryPartition): number {
  return rewindTo ?? Math.max(storedOffset ?? committedOffset ?? endOffset, logStartOffset);
}

/** The group of a topic; undefined where the topic does not exist. */
export function groupOf({ groups, pipeline }: RecoveryContext, topic: TopicSpec): RecoveryGroup | undefined {
  return groups.find((group) => group.topic === topic.name(pipeline.name));
}

/**
 * The time after which everything was appended that was published of what these groups have not read yet: what is published of
 * a record is appended after it. Null where there is nothing of which anything could be.
 */
export async function publishedSince(
  { reader, signal }: Pick<RecoveryContext, 'reader' | 'signal'>,
  groups: readonly RecoveryGroup[],
): Promise<number | null> {
  let since: number | null = null;
  for (const range of groups.flatMap((group) => partitionsOf(unreadRange(group)))) {
    for await (const { records } of reader.read([range], signal)) {
      const [first] = records;
      if (first === undefined) continue;
      since = Math.min(since ?? first.appendedAt, first.appendedAt);
      break;
    }
  }
  return since === null ? null : since - CLOCK_MARGIN_MS;
}

/** Each of its own: the reading of one ends with its first record. */
function partitionsOf({ topic, from, to }: TopicRange): TopicRange[] {
  return [...from].map(([partition, offset]) => ({ topic, from: new Map([[partition, offset]]), to }));
}

/** A topic from a time on to its end of now. */
export async function rangeSince(
  { admin }: Pick<RecoveryContext, 'admin'>,
  topic: string,
  since: number,
): Promise<TopicRange> {
  return { topic, from: await admin.offsetsAt(topic, since), to: await admin.endOffsets(topic) };
}
