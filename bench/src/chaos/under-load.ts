import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Publisher, TopicAdmin } from '@pitwall/messaging';
import { flightsWithoutEnd } from '../load/flights-without-end.js';
import { foreignPublisher } from '../load/foreign-publisher.js';
import { LoadGenerator } from '../load/generator.js';
import { LedgerFile } from '../load/ledger.js';
import { type LoadSpec, STEADY } from '../load/load-spec.js';
import { planLoad } from '../load/planned-load.js';
import type { World } from '../world/world.js';
import { carryOut } from './fault-sequence.js';
import { markEnds, untilPassed } from './recovery.js';
import type { Findings, ScenarioRun } from './scenario-run.js';

/** Where traces are looked at, some producers have one of their own. */
const TRACED = { tracedShare: 0.1 };

/** Where the ledger of a run is. */
export function ledgerFile({ notes }: Pick<World, 'notes'>): string {
  return join(notes, 'ledger.ndjson');
}

/** Load from the start to the end, and the faults of the scenario in the midst of it. */
export async function underLoad(
  world: World,
  { scenario, profile, seed, onProgress }: ScenarioRun,
  { admin, found }: { readonly admin: TopicAdmin; readonly found: Findings },
): Promise<void> {
  const { platform, timeline, signal } = world;
  const spec = { ...STEADY, ...(scenario.isTraced && TRACED), ...scenario.load };
  const ledger = new LedgerFile(ledgerFile(world));
  const publisher = await publisherOf(platform, spec);
  const flights = flightsWithoutEnd(platform.pipeline.folder);
  const turns = planLoad({ flights, spec, pipeline: platform.pipeline, seed });
  const generator = new LoadGenerator({ turns, rate: spec.rate, publisher, ledger, signal });
  const startedAt = performance.now();
  try {
    await firstResults(world, admin);
    const resumedWithinMs = scenario.expectations.resumedWithinMs[profile];
    const sequence = { faults: scenario.faults(profile), resumedWithinMs, onProgress };
    const { reports, violations } = await carryOut({ ...world, admin, load: generator }, sequence);
    found.faults.push(...reports);
    found.violations.push(...violations);
    const restMs = (scenario.seconds[profile] ?? 0) * 1000 - (performance.now() - startedAt);
    onProgress('load');
    if (restMs > 0) await sleep(restMs, undefined, { signal });
  } finally {
    generator.release();
    await generator.stop();
    found.refusals = generator.counts.refusals;
    timeline.note(`the load is over: ${generator.counts.acknowledged} records acknowledged`);
    await publisher.close();
    ledger.close();
  }
}

function publisherOf(
  { client, stack }: World['platform'],
  { codecs }: LoadSpec,
): Promise<Pick<Publisher, 'close' | 'send'>> | Pick<Publisher, 'close' | 'send'> {
  return codecs.length === 0 ? client.publisher() : foreignPublisher(stack.kafkaBrokers, codecs);
}

/** A fault that comes before anything works would be none. */
async function firstResults({ platform, signal, timeline }: World, admin: TopicAdmin): Promise<void> {
  const watch = { admin, pipeline: platform.pipeline.name, signal };
  const fromMs = performance.now();
  await sleep(500, undefined, { signal });
  await untilPassed(watch, await markEnds(watch), fromMs);
  timeline.note('the load has passed through everything');
}
