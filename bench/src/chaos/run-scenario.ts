import { PitwallError } from '@pitwall/contracts';
import { gatherAccount } from '@pitwall/oracle';
import { readLedger } from '../load/ledger.js';
import type { Crew } from '../world/crew.js';
import { openWorld, type World } from '../world/world.js';
import { NOTHING_JUDGED, judgeRun, type Judged, unexplainedEnds } from './judge-run.js';
import { keepEvidence } from './keep-evidence.js';
import type { ScenarioOutcome } from './outcome.js';
import type { Profile } from './profile.js';
import { untilQuiet } from './recovery.js';
import type { Findings, ScenarioRun } from './scenario-run.js';
import type { Scenario } from './scenario.js';
import { strictDefinition } from './strict-definition.js';
import { ledgerFile, underLoad } from './under-load.js';

/** How long the partitions of a killed service stand still: the least that a broker allows. */
const SESSION_TIMEOUT_MS = 6_000;
/** Every trace, or as many of them as fit into memory where there are ten times as many events. */
const TRACE_RATIO: Readonly<Record<Profile, number>> = { smoke: 1, full: 0.1 };
/** How long a redrive stands still whose process was killed. */
const REDRIVE_LEASE_MS = 2_000;
/** Models are replaced again and again, on a machine that stands still at times: none is to be given up for that. */
const MODEL_LOAD_BUDGET_MS = 60_000;
/** Less where something is wrong already: that has been waited for. */
const QUIET_WITHIN_MS = { asItShould: 240_000, afterViolations: 20_000 };

/** Runs a scenario on a stack of its own and judges it. What breaks the run itself is a violation too. */
export async function runScenario(run: ScenarioRun): Promise<ScenarioOutcome> {
  const { signal, onProgress } = run;
  const startedAt = performance.now();
  const seconds = (): number => Math.round((performance.now() - startedAt) / 100) / 10;
  const found: Findings = { faults: [], violations: [], refusals: 0, isWhole: true };
  onProgress('starting');
  const world = await orBroken(found, () => worldOf(run));
  if (world === null) {
    signal.throwIfAborted();
    return notStarted(run, { found, seconds: seconds() });
  }
  try {
    const judged = (await orBroken(found, () => runIn(world, run, found))) ?? NOTHING_JUDGED;
    signal.throwIfAborted();
    const outcome = outcomeOf(run, world, { found, judged, seconds: seconds() });
    if (outcome.violations.length === 0) return outcome;
    return { ...outcome, keptIn: keepEvidence(outcome, world) };
  } finally {
    await world.close();
  }
}

function worldOf({ scenario, profile, seed, signal, planted }: ScenarioRun): Promise<World> {
  return openWorld({
    seed,
    signal,
    instances: scenario.instances ?? {},
    isProxied: scenario.isProxied ?? false,
    diskMegabytes: scenario.diskMegabytes ?? null,
    isModelTreacherous: scenario.isModelTreacherous ?? false,
    traceRatio: scenario.isTraced ? TRACE_RATIO[profile] : null,
    environment: {
      KAFKA_SESSION_TIMEOUT_MS: String(SESSION_TIMEOUT_MS),
      REDRIVE_LEASE_MS: String(REDRIVE_LEASE_MS),
      MODEL_LOAD_BUDGET_MS: String(MODEL_LOAD_BUDGET_MS),
      ...(planted === null ? {} : { PITWALL_PLANTED: planted }),
    },
  });
}

interface RunEnd {
  readonly found: Findings;
  readonly judged: Judged;
  readonly seconds: number;
}

function outcomeOf(
  { scenario, profile, seed, planted }: ScenarioRun,
  world: World,
  { found: { faults, refusals, violations, isWhole }, judged, seconds }: RunEnd,
): ScenarioOutcome {
  const resumed = faults.map(({ resumedAfterMs }) => resumedAfterMs);
  return {
    ...judged,
    scenario: scenario.name,
    profile,
    seed,
    planted,
    seconds,
    isWhole,
    records: readLedger(ledgerFile(world)).records,
    refusals,
    faults,
    kills: faults.reduce((sum, { kills }) => sum + kills, 0),
    resumedAfterMs: resumed.includes(null) || resumed.length === 0 ? null : Math.max(...resumed.map(Number)),
    violations: [...violations, ...unexplainedEnds(world.crew), ...judged.violations],
    timeline: world.timeline.happenings,
    keptIn: null,
  };
}

/** Of a run without Kafka or PostgreSQL. */
function notStarted(
  { scenario, profile, seed, planted }: ScenarioRun,
  { found, seconds }: Pick<RunEnd, 'found' | 'seconds'>,
): ScenarioOutcome {
  const nothing = { records: 0, refusals: 0, faults: [], kills: 0, resumedAfterMs: null, timeline: [], keptIn: null };
  const { violations, isWhole } = found;
  const asked = { scenario: scenario.name, profile, seed, planted };
  return { ...NOTHING_JUDGED, ...nothing, ...asked, seconds, isWhole, violations };
}

/** What breaks has a reason: that is what there is to report. Null then. */
async function orBroken<Result>(found: Findings, work: () => Promise<Result>): Promise<Result | null> {
  try {
    return await work();
  } catch (error) {
    // Whatever it is: the scenarios after it, and what is known of those before, must not be lost with it.
    const reason =
      error instanceof PitwallError ? error.message : (error instanceof Error && error.stack) || String(error);
    found.violations.push(`The run broke: ${reason}`);
    found.isWhole = false;
    return null;
  }
}

async function runIn(world: World, run: ScenarioRun, found: Findings): Promise<Judged> {
  const { platform, crew, timeline, traces } = world;
  const admin = await platform.client.admin();
  try {
    await crew.start(firstEnvironment(world, run.scenario));
    timeline.note('all services are ready');
    await underLoad(world, run, { admin, found });
    run.onProgress('waiting until all is quiet');
    const timeoutMs = found.violations.length === 0 ? QUIET_WITHIN_MS.asItShould : QUIET_WITHIN_MS.afterViolations;
    const watch = { admin, pipeline: platform.pipeline.name, signal: world.signal };
    const notQuiet = await untilQuiet(watch, timeoutMs);
    // It is judged all the same: that tells more than a lag does.
    if (notQuiet !== null) found.violations.push(notQuiet);
    await crew.stop();
    timeline.note('all is quiet, the services are stopped');
    run.onProgress('judging');
    const { events, feedback } = readLedger(ledgerFile(world));
    const sources = { databaseUrl: platform.stack.databaseUrl, definition: platform.pipeline };
    const account = await gatherAccount({
      client: platform.client,
      ...sources,
      sent: events,
      sentFeedback: feedback,
      traces,
    });
    return judgeRun(account, run.scenario);
  } finally {
    await admin.close();
  }
}

function firstEnvironment({ platform, notes }: World, { isStrictAtFirst }: Scenario): Parameters<Crew['start']>[0] {
  if (!isStrictAtFirst) return () => ({});
  const folder = strictDefinition(platform.pipeline.folder, notes);
  return ({ service }) => (service === 'ingestion' ? { PITWALL_PIPELINES: folder } : {});
}
