import { setTimeout as sleep } from 'node:timers/promises';
import { wholeBelow } from '@pitwall/flights';
import { readWritten } from '@pitwall/oracle';
import { readEnds, readLags } from '@pitwall/platform';
import { untilPassed } from '../recovery.js';
import type { Fault, FaultContext, Injection } from './fault.js';
import { untilHit } from './until-hit.js';

const HIT_WITHIN_MS = 60_000;
/** It stops at one of the first so many batches. */
const PASSES = 4;
/** What it had in hand when it stopped is finished in this time, or given up. */
const AWAKE_MS = 4_000;

type ZombiesFault = Extract<Fault, { kind: 'zombies' }>;

/** Processes that believe to hold what was given to others: they are let go on when everything is done and nothing moves. */
export async function zombies(context: FaultContext, { services, forMs }: ZombiesFault): Promise<Injection> {
  const { crew, random, timeline, signal, load } = context;
  const victims = services.flatMap((service) => crew.instancesOf(service).slice(0, 1));
  const names = victims.map(({ name }) => name).join(', ');
  const pids: number[] = [];
  for (const victim of victims) {
    const armed = { PITWALL_FAILPOINTS: `after_consume=stop@${1 + wholeBelow(random, PASSES)}` };
    pids.push(await crew.startDoomed(victim, armed));
  }
  const missing = await untilHit(context, pids, HIT_WITHIN_MS);
  timeline.note(`stopped with a batch in hand: ${names}`);
  await sleep(forMs, undefined, { signal });
  await load.hold();
  const violations = [
    ...missing.map((pid) => `pid ${pid} got no batch to stop with`),
    ...(await writtenAfterwards(context, pids)),
  ];
  load.release();
  const what = `${names} stopped in the middle of a batch for ${forMs / 1000} s`;
  return { what, kills: 0, fromMs: performance.now(), violations };
}

/** Lets them go on and compares what is written, and committed, before and after. */
async function writtenAfterwards(context: FaultContext, pids: readonly number[]): Promise<readonly string[]> {
  const { platform, admin, signal, timeline } = context;
  const watch = { admin, pipeline: platform.pipeline.name, signal };
  const ends = await readEnds(watch);
  const takeover = await untilPassed(watch, ends, performance.now());
  const { databaseUrl } = platform.stack;
  const before = await readWritten(databaseUrl, watch.pipeline);
  for (const pid of pids) process.kill(pid, 'SIGCONT');
  timeline.note('they go on');
  await sleep(AWAKE_MS, undefined, { signal });
  const after = await readWritten(databaseUrl, watch.pipeline);
  const lags = await readLags(watch, ends);
  return [
    ...(takeover.isRecovered ? [] : [`Others did not take over: ${takeover.behind}`]),
    ...[...after]
      .filter(([what, count]) => before.get(what) !== count)
      .map(([what, count]) => `A zombie has written: ${what} was ${before.get(what) ?? 'not there'}, is ${count}`),
    ...lags
      .filter(({ records }) => records > 0)
      .map(({ reader, records }) => `A zombie has committed: ${reader} went back by ${records}`),
  ];
}
