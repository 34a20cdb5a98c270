import { setTimeout as sleep } from 'node:timers/promises';
import { eventsTopic, feedbackTopic, PitwallError } from '@pitwall/contracts';
import { readWindowPerformance } from '@pitwall/oracle';
import { cpuSecondsOf, describeLags, serviceUrl, waitUntilQuiet } from '@pitwall/platform';
import type { DemoConfig } from '../config.js';
import { replayStart } from '../flights/selection.js';
import type { DemoOptions } from '../options.js';
import { type Platform, startPlatform } from '../platform/platform.js';
import { Pacer } from '../replay/pacer.js';
import { replayFlights } from '../replay/start-replay.js';
import { check } from './check.js';
import { type Ledger, newLedger, writeDown } from './ledger.js';
import type { Summary } from './summary.js';

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
    const ledger = newLedger(platform.pipeline.name);
    await replayInto(platform, run, ledger);
    if (signal.aborted) return null;
    await becomeQuiet(platform, run, recordsIn(ledger));
    if (signal.aborted) return null;
    const cpuSeconds = cpuSecondsByProcess(platform);
    const { pipeline, stack } = platform;
    const windows = await readWindowPerformance(serviceUrl('monitoring', stack.ports), pipeline.name);
    // They hand over their last spans when they stop, and what is judged cannot change any more.
    await stopServices(platform);
    print('Checking every record…');
    const end = await check(platform, { ledger, windows });
    await platform.stop();
    const wallSeconds = Math.round((performance.now() - from) / 100) / 10;
    return { holds: end.holds, summary: { ...end.summary, cpuSeconds, wallSeconds } };
  } finally {
    await platform.stop();
  }
}

async function requireEmpty({ client, pipeline }: Platform): Promise<void> {
  const admin = await client.admin();
  try {
    for (const { name } of [eventsTopic, feedbackTopic]) {
      const topic = name(pipeline.name);
      const ends = await admin.endOffsets(topic);
      if ([...ends.values()].every((end) => end === 0)) continue;
      throw new PitwallError(
        `--once counts every record, and ${topic} holds some already. Use an empty folder and cluster, or leave --data and KAFKA_BROKERS away.`,
        { code: 'not_empty' },
      );
    }
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
    labelsAfterEnd: 'sent',
    signal,
    print,
    onAcknowledged: (batch) => {
      for (const turn of batch) writeDown(ledger, turn);
      if (performance.now() - shownAt < SHOW_LAG_EVERY_MS) return;
      shownAt = performance.now();
      print(`Sent ${described(ledger)}…`);
    },
  });
  print(`Sent ${described(ledger)} in ${((performance.now() - from) / 1000).toFixed(1)} s.`);
}

function described({ events, feedback }: Ledger): string {
  return `${events.records} events and ${feedback.records} labels`;
}

function recordsIn({ events, feedback }: Ledger): number {
  return events.records + feedback.records;
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
