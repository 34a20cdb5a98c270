import { TOPICS } from '@pitwall/contracts';
import type { LogReader, MessagingClient, TopicAdmin } from '@pitwall/messaging';
import { closing } from '../connection/kafka.js';

/** How far a group is behind its topic. */
export interface GroupLag {
  readonly groupId: string;
  readonly service: string;
  /** Kind of the topic that it reads. */
  readonly topic: string;
  readonly pipeline: string;
  /** Records that are not committed yet. */
  readonly records: number;
  /** Age of the oldest of them by the broker's clock and ours; 0 without any, null where it cannot be told. */
  readonly seconds: number | null;
  /** Consumers that have joined: with 0 of them nobody reads. */
  readonly members: number;
}

/** `pitwall.<service>.<topic kind>.<pipeline>`: what the services call their groups. */
const GROUP = /^pitwall\.([a-z-]+)\.([a-z-]+)\.([a-z0-9-]+)$/;
const KINDS = TOPICS.filter(({ scope }) => scope === 'pipeline').map(({ kind }) => kind);
const AGE_TIMEOUT_MS = 2_000;
const MS_PER_SECOND = 1_000;

/** Who has asked, and when. */
export interface LagQuestion {
  readonly pipelines: readonly string[] | null;
  readonly now: () => Date;
  readonly signal: AbortSignal;
}

/** The lag of every group of the services, in the order of the event path. `pipelines` null: of all pipelines. */
export async function readLags(
  client: MessagingClient,
  admin: TopicAdmin,
  { pipelines, now, signal }: LagQuestion,
): Promise<readonly GroupLag[]> {
  const groups = (await admin.groups('pitwall.')).flatMap(({ groupId, members }) => {
    const [, service, topic, pipeline] = GROUP.exec(groupId) ?? [];
    if (service === undefined || topic === undefined || pipeline === undefined || !KINDS.includes(topic)) return [];
    return pipelines === null || pipelines.includes(pipeline) ? [{ groupId, service, topic, pipeline, members }] : [];
  });
  const ordered = groups.toSorted((one, other) => KINDS.indexOf(one.topic) - KINDS.indexOf(other.topic));
  return closing(client.reader(), async (reader) => {
    const lags: GroupLag[] = [];
    for (const group of ordered) {
      const waiting = await waitingOf(admin, group);
      const records = waiting.reduce((sum, { from, to }) => sum + to - from, 0);
      const oldestAt = await oldestOf(reader, waiting, signal);
      const seconds = oldestAt === null ? null : Math.max(now().getTime() - oldestAt, 0) / MS_PER_SECOND;
      lags.push({ ...group, records, seconds: records === 0 ? 0 : seconds });
    }
    return lags;
  });
}

/** What of a partition is not committed. */
interface Waiting {
  readonly topic: string;
  readonly partition: number;
  readonly from: number;
  readonly to: number;
}

async function waitingOf(
  admin: TopicAdmin,
  { groupId, topic: kind, pipeline }: Pick<GroupLag, 'groupId' | 'pipeline' | 'topic'>,
): Promise<readonly Waiting[]> {
  const topic = TOPICS.find((spec) => spec.kind === kind)?.name(pipeline) ?? '';
  const [ends, starts, committed] = [
    await admin.endOffsets(topic),
    await admin.startOffsets(topic),
    await admin.committedOffsets(groupId, topic),
  ];
  return [...ends]
    .map(([partition, to]) => {
      const start = starts.get(partition) ?? 0;
      return { topic, partition, from: Math.max(committed.get(partition) ?? start, start), to };
    })
    .filter(({ from, to }) => from < to);
}

/** Append time of the oldest record that waits; null where none can be read in time. */
async function oldestOf(reader: LogReader, waiting: readonly Waiting[], signal: AbortSignal): Promise<number | null> {
  const [first] = waiting;
  if (first === undefined) return null;
  const range = {
    topic: first.topic,
    from: new Map(waiting.map(({ partition, from }) => [partition, from])),
    to: new Map(waiting.map(({ partition, from }) => [partition, from + 1])),
  };
  let oldest: number | null = null;
  const within = AbortSignal.any([signal, AbortSignal.timeout(AGE_TIMEOUT_MS)]);
  for await (const { records } of reader.read([range], within)) {
    for (const { appendedAt } of records) oldest = Math.min(oldest ?? appendedAt, appendedAt);
  }
  return oldest;
}
