import { setTimeout as sleep } from 'node:timers/promises';
import { eventsTopic, PitwallError } from '@pitwall/contracts';
import { gatherEvidence, judge, readDecisions } from '@pitwall/oracle';
import { cpuSecondsOf, describeLags, waitUntilQuiet } from '@pitwall/platform';
import type { DemoConfig } from '../config.js';
import { replayStart } from '../flights/selection.js';
import type { DemoOptions } from '../options.js';
import { type Platform, startPlatform } from '../platform/platform.js';
import { Pacer } from '../replay/pacer.js';
import { replayFlights } from '../replay/start-replay.js';
import { Ledger } from './ledger.js';
import { measure, type Summary, summarizeTraces } from './summary.js';

/** What a run has to work with. */
export interface OnceRun {
  readonly options: DemoOptions;
  readonly config: DemoConfig;
  /** Ends the run early: it then has no summary. */
  readonly signal: AbortSignal;
  /** Gets a line per step, on stderr. */
  readonly print: (line: string) => void;
  readonly onGivingUp: (name: string) => void;
}

/** What came of it: the line to print and whether it holds. */
export interface OnceEnd {
  readonly summary: Summary;
  readonly holds: boolean;
}

const QUIET_BASE_MS = 60_000;
const QUIET_PER_EVENT_MS = 10;
const SHOW_LAG_EVERY_MS = 2_000;

/** Replays, waits until all is quiet, judges by topics and PostgreSQL. Null where it was interrupted. */
export async function runOnce(run: OnceRun): Promise<OnceEnd | null> {
  const from = performance.now();
  const { options, config, print, signal, onGivingUp } = run;
  const platform = await startPlatform({ ...options, config, signal, print, onGivingUp });
  try {
    await requireEmpty(platform);
    const ledger = new Ledger(platform.pipeline.name);
    await replayInto(platform, run, ledger);
    if (signal.aborted) return null;
    await becomeQuiet(platform, run, ledger.records);
    if (signal.aborted) return null;
    const cpuSeconds = cpuSecondsByProcess(platform);
    // They hand over their last spans when they stop, and what is judged cannot change any more.
    await stopServices(platform);
    print('Checking every record…');
    const end = await check(platform, ledger);
    await platform.stop();
    const wallSeconds = Math.round((performance.now() - from) / 100) / 10;
    return { holds: end.holds, summary: { ...end.summary, cpuSeconds, wallSeconds } };
  } finally {
    await platform.stop();
  }
}

async function requireEmpty({ client, pipeline }: Platform): Promise<void> {
  const topic = eventsTopic.name(pipeline.name);
  const admin = await client.admin();
  try {
    const ends = await admin.endOffsets(topic);
    if ([...ends.values()].every((end) => end === 0)) return;
    throw new PitwallError(
      `--once counts every record, and ${topic} holds some already. Use an empty folder and cluster, or leave --data and KAFKA_BROKERS away.`,
      { code: 'not_empty' },
    );
  } finally {
    await admin.close();
  }
}

async function replayInto(platform: Platform, { options, signal, print }: OnceRun, ledger: Ledger): Promise<void> {
  const from = performance.now();
  let shownAt = from;
  await replayFlights({
    platform,
    options,
    pacer: new Pacer(options.speed, () => performance.now()),
    start: replayStart(options, null),
    signal,
    print,
    onAcknowledged: (batch, recordOf) => {
      for (const planned of batch) ledger.add(planned, recordOf(planned));
      if (performance.now() - shownAt < SHOW_LAG_EVERY_MS) return;
      shownAt = performance.now();
      print(`Sent ${ledger.records} records…`);
    },
  });
  print(`Sent ${ledger.records} records in ${((performance.now() - from) / 1000).toFixed(1)} s.`);
}

async function becomeQuiet({ client, pipeline }: Platform, { signal, print }: OnceRun, records: number): Promise<void> {
  const admin = await client.admin();
  let shownAt = -Infinity;
  try {
    await waitUntilQuiet({
      admin,
      pipeline: pipeline.name,
      timeoutMs: QUIET_BASE_MS + QUIET_PER_EVENT_MS * records,
      signal,
      onLag: (lags) => {
        if (performance.now() - shownAt < SHOW_LAG_EVERY_MS) return;
        shownAt = performance.now();
        print(describeLags(lags));
      },
      monotonicMs: () => performance.now(),
      sleep: (ms) => sleep(ms),
    });
  } finally {
    await admin.close();
  }
  if (!signal.aborted) print('All is quiet.');
}

function cpuSecondsByProcess({ stack }: Platform): Record<string, number | null> {
  const pids: Record<string, number | null | undefined> = {
    ...Object.fromEntries([...stack.services.services].map(([name, child]) => [name, child.pid])),
    kafka: stack.kafka?.pid,
    postgres: stack.postgres?.pid,
  };
  const measured = Object.entries(pids).map(([name, pid]) => [name, pid == null ? null : cpuSecondsOf(pid)] as const);
  // Everything else descends from this process, by way of the keeper: it counts itself alone.
  const { user, system } = process.cpuUsage();
  return { ...Object.fromEntries(measured), demo: Math.round((user + system) / 10_000) / 100 };
}

async function stopServices({ stack }: Platform): Promise<void> {
  await Promise.all([...stack.services.services.values()].map((service) => service.stop()));
}

async function check(
  platform: Platform,
  ledger: Ledger,
): Promise<OnceEnd & { summary: Omit<Summary, 'cpuSeconds' | 'wallSeconds'> }> {
  const { client, pipeline, stack, traces } = platform;
  const topics = await gatherEvidence(client, pipeline.name);
  const decisions = await readDecisions(stack.databaseUrl, pipeline.name);
  const { holds, ...verdict } = judge({ ...topics, decisions, ledger });
  const summary = {
    ...verdict,
    unique: ledger.unique,
    ...measure(topics),
    traces: traces === null ? null : summarizeTraces(topics.results, (traceId) => traces.store.services(traceId)),
  };
  return { holds, summary: summary as Summary };
}
