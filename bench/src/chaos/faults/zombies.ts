import { setTimeout as sleep } from 'node:timers/promises';
import { wholeBelow } from '@pitwall/flights';
import { readWritten } from '@pitwall/oracle';
import { readEnds, readLags } from '@pitwall/platform';
import { untilQuiet } from '../recovery.js';
import type { Fault, FaultContext, Injection } from './fault.js';
import { untilHit } from './until-hit.js';

const HIT_WITHIN_MS = 180_000;
const TAKEN_OVER_WITHIN_MS = 150_000;
/** Batches of all partitions and topics that a process reads: the first of any of them, and one when all have had theirs. */
const PASSES = { first: { least: 1, more: 3 }, later: { least: 40, more: 20 } } as const;
/** What it had in hand when it stopped is finished in this time, or given up. */
const AWAKE_MS = 4_000;

type ZombiesFault = Extract<Fault, { kind: 'zombies' }>;

/** Processes that believe to hold what was given to others: they are let go on when everything is done and nothing moves. */
export async function zombies(context: FaultContext, { stops, forMs }: ZombiesFault): Promise<Injection> {
  const { crew, random, timeline, signal, load } = context;
  const pids: number[] = [];
  for (const { service, batch, at } of stops) {
    const [victim] = crew.instancesOf(service);
    const { least, more } = PASSES[batch];
    const armed = { PITWALL_FAILPOINTS: `${at}=stop@${least + wholeBelow(random, more)}` };
    if (victim !== undefined) pids.push(await crew.startDoomed(victim, armed));
  }
  const names = stops.map(({ service, batch, at }) => `${service} (${batch} batch, ${at})`).join(', ');
  const missing = await untilHit(context, pids, HIT_WITHIN_MS);
  timeline.note(`stopped with a batch in hand: ${names}`);
  await sleep(forMs, undefined, { signal });
  await load.hold();
  const violations = [
    ...missing.map((pid) => `pid ${pid} got no batch to stop with`),
    ...(await writtenAfterwards(context, pids)),
  ];
  load.release();
  const what = `${names} stopped for ${forMs / 1000} s`;
  return { what, kills: 0, fromMs: performance.now(), violations };
}

/** Lets them go on and compares what is written, and committed, before and after. */
async function writtenAfterwards(context: FaultContext, pids: readonly number[]): Promise<readonly string[]> {
  const { platform, admin, signal, timeline } = context;
  const watch = { admin, pipeline: platform.pipeline.name, signal };
  // Whatever is still on its way would be written by the others, and look as if a zombie had.
  const behind = await untilQuiet(watch, TAKEN_OVER_WITHIN_MS);
  const ends = await readEnds(watch);
  const { databaseUrl } = platform.stack;
  const before = await readWritten(databaseUrl, watch.pipeline);
  for (const pid of pids) process.kill(pid, 'SIGCONT');
  timeline.note('they go on');
  await sleep(AWAKE_MS, undefined, { signal });
  const after = await readWritten(databaseUrl, watch.pipeline);
  const lags = await readLags(watch, ends);
  return [
    ...(behind === null ? [] : [`Others did not take over: ${behind}`]),
    ...[...after]
      .filter(([what, count]) => before.get(what) !== count)
      .map(([what, count]) => `A zombie has written: ${what} was ${before.get(what) ?? 'not there'}, is ${count}`),
    ...lags
      .filter(({ records }) => records > 0)
      .map(({ reader, records }) => `A zombie has committed: ${reader} went back by ${records}`),
  ];
}
