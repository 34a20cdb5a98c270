import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { defaultSource, PitwallError } from '@pitwall/contracts';
import { draftOf, type Flight, rawRecord } from '@pitwall/flights';
import { gatherEvidence, identityKey, judge, readDecisions, type TopicEvidence } from '@pitwall/oracle';
import { describeLags, type ServiceName, type ServiceSettings, waitUntilQuiet } from '@pitwall/platform';
import type { ChildExit } from '@pitwall/stack';
import { flightsWithoutEnd, takeNext } from '../load/flights-without-end.js';
import { sendAtRate } from '../load/send-at-rate.js';
import { type BenchPlatform, startBenchPlatform, startServices } from '../world/bench-platform.js';
import { type BenchmarkNumbers, drainRate, latencyOf, type PacedNumbers } from './numbers.js';
import type { BenchmarkOptions } from './options.js';
import { preload } from './preload.js';
import { costsBetween, type ProcessCost, usageOf } from './usage.js';

/** What a benchmark works with. */
export interface BenchmarkRun {
  readonly options: BenchmarkOptions;
  readonly signal: AbortSignal;
  readonly print: (line: string) => void;
}

const QUIET_BASE_MS = 60_000;
const QUIET_PER_EVENT_MS = 5;
const SAY_EVERY_MS = 2_000;
/** Ingestion comes last: no stage has a head start on the backlog, and what the others cost at their start is not counted. */
const BEHIND_INGESTION: readonly ServiceName[] = ['inference', 'results', 'monitoring'];

/** The first phase: what it cost, and how long it took. */
interface Drained {
  readonly processes: readonly ProcessCost[];
  readonly wallSeconds: number;
}

/** Runs both phases and judges what came of every event. */
export async function runBenchmark({ options, signal, print }: BenchmarkRun): Promise<BenchmarkNumbers> {
  const ends = new EndWatch();
  const platform = await startBenchPlatform({ signal, print, onExit: (exit) => ends.exited(exit) });
  try {
    return await ends.unlessEnded(measure({ options, signal, print, platform }));
  } finally {
    await platform.stop();
  }
}

interface Measuring extends BenchmarkRun {
  readonly platform: BenchPlatform;
}

async function measure(run: Measuring): Promise<BenchmarkNumbers> {
  const { options, platform, print } = run;
  const flights = flightsWithoutEnd(platform.pipeline.folder);
  const drained = await drain(run, flights);
  run.signal.throwIfAborted();
  print(`Drained in ${drained.wallSeconds.toFixed(1)} s.`);
  const due = await pace(run, flights);
  run.signal.throwIfAborted();
  await Promise.all([...platform.stack.services.services.values()].map((service) => service.stop()));
  print('Checking every event…');
  const topics = await gatherEvidence(platform.client, platform.pipeline.name);
  await requireAllDecided(platform, topics, options.events + due.size);
  const results = [...topics.results.values()];
  return {
    drain: {
      ...drainRate(results.filter(({ identity }) => !due.has(identity)).map(({ appendedAt }) => appendedAt)),
      wallSeconds: drained.wallSeconds,
    },
    paced: options.seconds === 0 ? null : pacedNumbers(options, topics, due),
    processes: drained.processes,
  };
}

async function drain(
  { options, platform, signal, print }: Measuring,
  flights: AsyncIterator<Flight, never>,
): Promise<Drained> {
  const publisher = await platform.client.publisher();
  try {
    await preload({ flights, count: options.events, pipeline: platform.pipeline, publisher, signal, print });
  } finally {
    await publisher.close();
  }
  signal.throwIfAborted();
  const environment = environmentOf(options);
  await startServices(platform, BEHIND_INGESTION, environment);
  await startServices(platform, ['ingestion'], environment);
  const from = performance.now();
  const before = usageOf(platform.stack);
  await becomeQuiet({ options, platform, signal, print });
  const wallSeconds = (performance.now() - from) / 1000;
  return { processes: costsBetween(before, usageOf(platform.stack), options.events), wallSeconds };
}

/** When each event of the second phase was due, by its identity. */
async function pace(run: Measuring, flights: AsyncIterator<Flight, never>): Promise<ReadonlyMap<string, number>> {
  const { options, platform, signal, print } = run;
  if (options.seconds === 0) return new Map();
  const { pipeline, client } = platform;
  const paced = await takeNext(flights, options.rate * options.seconds);
  const records = paced.map((flight) => rawRecord(draftOf(flight), pipeline));
  print(`Sending ${options.rate} events/s for ${options.seconds} s…`);
  const publisher = await client.publisher();
  let due: Float64Array;
  try {
    due = await sendAtRate({ records, rate: options.rate, publisher, signal });
  } finally {
    await publisher.close();
  }
  await becomeQuiet(run);
  const source = defaultSource(pipeline.name);
  return new Map(Array.from(due, (at, index) => [identityKey(source, paced[index]?.id ?? ''), at]));
}

function pacedNumbers(
  { rate, seconds }: BenchmarkOptions,
  topics: TopicEvidence,
  due: ReadonlyMap<string, number>,
): PacedNumbers {
  const results = [...topics.results.values()].filter(({ identity }) => due.has(identity));
  return {
    rate,
    seconds,
    events: results.length,
    fromDueMs: latencyOf(results.map(({ identity, appendedAt }) => appendedAt - (due.get(identity) ?? NaN))),
    fromAppendMs: latencyOf(results.map(({ latencyMs }) => latencyMs)),
  };
}

async function becomeQuiet({ options, platform, signal, print }: Measuring): Promise<void> {
  const admin = await platform.client.admin();
  let saidAt = performance.now();
  try {
    await waitUntilQuiet({
      admin,
      pipeline: platform.pipeline.name,
      timeoutMs: QUIET_BASE_MS + QUIET_PER_EVENT_MS * options.events,
      signal,
      onLag: (lags) => {
        if (performance.now() - saidAt < SAY_EVERY_MS) return;
        saidAt = performance.now();
        print(describeLags(lags));
      },
      monotonicMs: () => performance.now(),
      sleep: (ms) => sleep(ms),
    });
  } finally {
    await admin.close();
  }
}

/** A benchmark of something that loses events would be worth nothing. */
async function requireAllDecided(
  { stack, pipeline }: BenchPlatform,
  topics: TopicEvidence,
  sent: number,
): Promise<void> {
  const decisions = await readDecisions(stack.databaseUrl, pipeline.name);
  const ledger = { isPoison: () => false, missingFrom: (digests: readonly string[]) => sent - digests.length };
  const { holds, ...verdict } = judge({ ...topics, decisions, ledger });
  if (holds && verdict.decided === sent) return;
  throw new PitwallError(`${sent} events were sent and not each of them was decided once: ${JSON.stringify(verdict)}`, {
    code: 'not_all_decided',
  });
}

/** Profiles are written where the service ends by itself, as it does when it is stopped. */
function environmentOf({ cpuProf }: BenchmarkOptions): NonNullable<ServiceSettings['environment']> {
  if (cpuProf === null) return () => ({});
  const folder = resolve(cpuProf);
  mkdirSync(folder, { recursive: true });
  return (name) => ({ NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${folder} --cpu-prof-name=${name}.cpuprofile` });
}

/** Ends the run when a child does. */
class EndWatch {
  readonly #ended = Promise.withResolvers<never>();

  exited(exit: ChildExit): void {
    if (!exit.expected) this.#ended.reject(endedTooEarly(exit));
  }

  unlessEnded<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.#ended.promise]);
  }
}

function endedTooEarly({ name, code, signal }: ChildExit): PitwallError {
  const how = signal === null ? `with code ${code}` : `by ${signal}`;
  return new PitwallError(`${name} ended ${how} in the middle of the run.`, { code: 'child_ended' });
}
