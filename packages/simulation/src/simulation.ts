import fc from 'fast-check';
import { askedSeeds, firstSeed } from './config.js';

/** What is simulated. */
export interface Simulation<Plan> {
  /** In one word, as `npm run simulate` prints it. */
  readonly name: string;
  /** What happens, besides the order in which it does. */
  readonly plans: fc.Arbitrary<Plan>;
  /** Runs a plan in the order that the scheduler says. Rejects where a law is broken, and says which. */
  readonly run: (plan: Plan, scheduler: fc.Scheduler) => Promise<void>;
}

const PROGRESS_EVERY_MS = 2_000;
/** A long form runs for minutes. */
const MS_PER_SEED = 500;
const GRACE_MS = 60_000;

/** How many seeds to run where the unit tests would run so many. */
export function seedCount(inUnitTests: number): number {
  return askedSeeds ?? inUnitTests;
}

/** More time than so many seeds take on any machine, in milliseconds. */
export function timeoutMs(seeds: number): number {
  return GRACE_MS + seeds * MS_PER_SEED;
}

/**
 * Runs so many seeds, from the asked one on. Rejects with the first that breaks a law, the plan and the order of events, both
 * made as small as they can be.
 */
export async function simulate<Plan>({ name, plans, run }: Simulation<Plan>, seeds: number): Promise<void> {
  const property = fc.asyncProperty(plans, fc.scheduler(), run);
  const startedAt = performance.now();
  let toldAt = startedAt;
  for (let count = 0; count < seeds; count += 1) {
    const seed = firstSeed + count;
    const details = await fc.check(property, { ...parametersOf(seed), numRuns: 1 });
    if (details.failed) throw new Error(failureOf(seed, details));
    const now = performance.now();
    if (askedSeeds === null || now - toldAt < PROGRESS_EVERY_MS) continue;
    toldAt = now;
    tell(`${name}: ${count + 1} of ${seeds} seeds, ${Math.round((now - startedAt) / 1_000)} s`);
  }
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  if (askedSeeds !== null)
    tell(`${name}: seeds ${firstSeed} to ${firstSeed + seeds - 1} in ${seconds} s, no law broken`);
}

/** The law that is broken by the first of so many seeds that breaks any; null where all of them hold. */
export async function brokenLaw<Plan>({ plans, run }: Simulation<Plan>, seeds: number): Promise<string | null> {
  const property = fc.asyncProperty(plans, fc.scheduler(), run);
  for (let seed = 1; seed <= seeds; seed += 1) {
    const law = lawOf(await fc.check(property, { ...parametersOf(seed), numRuns: 1, endOnFailure: true }));
    if (law !== null) return law;
  }
  return null;
}

/** Seeds that follow on each other must not give runs that resemble each other. */
function parametersOf(seed: number): { readonly seed: number; readonly unbiased: boolean } {
  return { seed: Math.imul(seed, 0x9e_37_79_b1), unbiased: seed % 2 === 1 };
}

function failureOf<Run>(seed: number, details: fc.RunDetails<Run>): string {
  const again = `npm run simulate -- --seed ${seed} --seeds 1`;
  return `Seed ${seed} breaks a law: ${lawOf(details) ?? ''}. Again: ${again}\n${fc.defaultReportMessage(details) ?? ''}`;
}

function lawOf<Run>({ errorInstance }: fc.RunDetails<Run>): string | null {
  if (errorInstance === null) return null;
  return errorInstance instanceof Error ? errorInstance.message : fc.stringify(errorInstance);
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}
