import type { MessagingClient, TopicAdmin } from '@pitwall/messaging';
import type { PipelineDefinition } from '@pitwall/pipeline';
import { gatherEvidence } from '../evidence.js';
import { type AcknowledgedFeedback, judgeLabels, type LabelVerdict } from '../judge-labels.js';
import { judgeTraces, type SeenTraces, type TraceVerdict } from '../judge-traces.js';
import { readDecisions } from '../stored-decisions.js';
import { readLabels } from '../stored-labels.js';
import { type AcknowledgedContents, type Evidence, judge, type Verdict } from '../verdict.js';
import { type OwnCounts, OwnWindows } from './own-windows.js';
import { readRows } from './read-rows.js';
import { Redeliveries } from './redeliveries.js';
import { readProgress, type StoredProgress } from './stored-progress.js';
import { readStoredCounts, type StoredCounts } from './stored-windows.js';

/** What the sender knows of the events, in full. */
export interface SentContents extends AcknowledgedContents {
  /**
   * How a record of this content may end: reasons of dead letters, and null for decided or a duplicate. Undefined: nobody
   * ever sent it.
   */
  endingsOf(digest: string): readonly (string | null)[] | undefined;
}

/** How far a consumer has come, by what it stored and by what it committed, and how far it could. */
export interface ReaderProgress extends StoredProgress {
  readonly committed: number;
  readonly end: number;
}

/** Everything that there is to judge a run by, gathered when all was quiet. */
export interface Account {
  readonly evidence: Evidence;
  readonly sent: SentContents;
  readonly verdict: Verdict;
  readonly labels: LabelVerdict;
  /** What the oracle counts by itself, and what monitoring has counted. */
  readonly own: OwnCounts;
  readonly windows: StoredCounts;
  readonly progress: readonly ReaderProgress[];
  /** Different dead letters that results keeps. */
  readonly keptDeadLetters: number;
  /** By kind of topic: what was done again. */
  readonly redelivered: ReadonlyMap<string, number>;
  /** Null where no spans were recorded. */
  readonly traces: TraceVerdict | null;
}

type Client = Pick<MessagingClient, 'admin' | 'reader'>;

/** Where to look. */
export interface AccountSources {
  readonly client: Client;
  readonly databaseUrl: string;
  readonly definition: PipelineDefinition;
  readonly sent: SentContents;
  readonly sentFeedback: AcknowledgedFeedback;
  /** What services exported; null where they did not. */
  readonly traces: SeenTraces | null;
}

const DEAD_LETTERS = 'SELECT count(DISTINCT dead_letter_id)::int AS kept FROM results.dead_letters WHERE pipeline = $1';

/** Reads every topic of a pipeline and its tables. Nobody may write any more. */
export async function gatherAccount(sources: AccountSources): Promise<Account> {
  const { client, databaseUrl, definition, sent, sentFeedback, traces } = sources;
  const { name } = definition;
  const own = new OwnWindows(definition);
  const redeliveries = new Redeliveries();
  const topics = await gatherEvidence(client, name, own.takers(), redeliveries.takers(name));
  const decisions = await readDecisions(databaseUrl, name);
  const evidence: Evidence = { ...topics, decisions, ledger: sent };
  const stored = await readLabels(databaseUrl, name);
  const [kept] = await readRows<{ kept: number }>(databaseUrl, DEAD_LETTERS, [name]);
  return {
    evidence,
    sent,
    verdict: judge(evidence),
    labels: judgeLabels({ ...topics, decisions, stored, policy: definition.decision, ledger: sentFeedback }),
    own,
    windows: await readStoredCounts(databaseUrl, name),
    progress: await withOffsets(client, await readProgress(databaseUrl, name)),
    keptDeadLetters: kept?.kept ?? 0,
    redelivered: redeliveries.counts,
    traces: traces === null ? null : judgeTraces(topics, traces),
  };
}

async function withOffsets(client: Client, progress: readonly StoredProgress[]): Promise<readonly ReaderProgress[]> {
  const admin = await client.admin();
  try {
    const rows: ReaderProgress[] = [];
    for (const row of progress) rows.push({ ...row, ...(await offsetsOf(admin, row)) });
    return rows;
  } finally {
    await admin.close();
  }
}

async function offsetsOf(
  admin: TopicAdmin,
  { group, topic, partition }: StoredProgress,
): Promise<Pick<ReaderProgress, 'committed' | 'end'>> {
  const ends = await admin.endOffsets(topic);
  const committed = await admin.committedOffsets(group, topic);
  return { committed: committed.get(partition) ?? 0, end: ends.get(partition) ?? 0 };
}
