import {
  differingModels,
  gatherEvidence,
  judge,
  judgeLabels,
  judgeLateness,
  judgeTraces,
  type Performance,
  performanceByModel,
  readDecisions,
  readLabels,
  sumOf,
} from '@pitwall/oracle';
import type { Platform } from '../platform/platform.js';
import type { Ledger } from './ledger.js';
import { breachesOf, measure, type Summary, traceSummaries, worthOf } from './summary.js';

/** What there is to check besides topics and PostgreSQL. */
export interface Checked {
  readonly ledger: Ledger;
  /** What the windows of monitoring said when all was quiet. */
  readonly windows: ReadonlyMap<string, Performance>;
}

/** What came of a check; what only a run can say is added to the summary later. */
export interface CheckEnd {
  readonly summary: Omit<Summary, 'cpuSeconds' | 'wallSeconds'>;
  readonly holds: boolean;
}

/** Judges every record by what the topics, PostgreSQL and the windows say. Nothing may write any more. */
export async function check(platform: Platform, { ledger, windows }: Checked): Promise<CheckEnd> {
  const { client, pipeline, stack, traces, ended } = platform;
  const topics = await gatherEvidence(client, pipeline.name);
  const decisions = await readDecisions(stack.databaseUrl, pipeline.name);
  const stored = await readLabels(stack.databaseUrl, pipeline.name);
  const performance = performanceByModel(topics.results.values(), topics.outcomes.values());
  const { decision: policy, event } = pipeline;
  const { allowedLatenessMs } = event;
  const judged = {
    events: judge({ ...topics, decisions, ledger: ledger.events }),
    labels: judgeLabels({ ...topics, decisions, stored, policy, ledger: ledger.feedback }),
    lateness: judgeLateness({ ...topics, decisions, allowedLatenessMs }),
    windowsDiffer: differingModels(windows, performance),
    hasIngestionEnded: ended.has('ingestion'),
  };
  const breaches = breachesOf(judged);
  const { sent, decided, duplicates, deadLettered, lost } = judged.events;
  const summary = {
    sent,
    unique: ledger.events.unique,
    decided,
    duplicates,
    deadLettered,
    lost,
    late: judged.lateness.late,
    ...worthOf(sumOf(performance.values())),
    currency: policy.currency,
    labels: judged.labels.labels,
    windows: Object.fromEntries([...windows].map(([model, said]) => [model, windowsOf(said)])),
    breaches,
    ...measure(topics),
    traces: traces === null ? null : traceSummaries(judgeTraces(topics, traces.store)),
  };
  const isWhole = Object.values(breaches).every((count) => count === 0);
  return { summary, holds: judged.events.holds && judged.labels.holds && isWhole };
}

function windowsOf(said: Performance): Summary['windows'][string] {
  return { decisions: said.decisions, ...worthOf(said) };
}
