import { PitwallError } from '@pitwall/contracts';
import type { ScenarioOutcome } from '../chaos/outcome.js';
import type { Profile } from '../chaos/profile.js';

/** What is kept of a scenario that was run: its row, and the first things that did not hold. */
export type KeptOutcome = Pick<
  ScenarioOutcome,
  | 'copies'
  | 'decidedTwice'
  | 'isWhole'
  | 'kills'
  | 'lost'
  | 'outOfOrder'
  | 'planted'
  | 'records'
  | 'resumedAfterMs'
  | 'scenario'
  | 'seconds'
  | 'violations'
  | 'windowsWrong'
>;

/** A call of `npm run chaos`. */
export interface KeptRun {
  /** When it began, ISO 8601; no two have the same. */
  readonly at: string;
  readonly profile: Profile;
  readonly seed: number;
  readonly outcomes: readonly KeptOutcome[];
}

const MAX_VIOLATIONS = 3;

/** Reads what `npm run chaos -- --json` wrote. `name` is for messages. @throws PitwallError `no_chaos_report` */
export function readReport(text: string, name: string): KeptRun {
  const report: unknown = JSON.parse(text);
  if (!isReport(report)) {
    throw new PitwallError(`${name} is no report of a fault run. Give what \`npm run chaos -- --json <file>\` wrote.`, {
      code: 'no_chaos_report',
    });
  }
  const { at, profile, seed, outcomes } = report;
  return { at, profile, seed, outcomes: outcomes.map(kept) };
}

function isReport(report: unknown): report is Omit<KeptRun, 'outcomes'> & { readonly outcomes: ScenarioOutcome[] } {
  const { at, outcomes } = (report ?? {}) as Record<string, unknown>;
  return typeof at === 'string' && Array.isArray(outcomes) && outcomes.every((one) => 'violations' in Object(one));
}

function kept(outcome: ScenarioOutcome): KeptOutcome {
  const { scenario, planted, isWhole, seconds, kills, records, lost, decidedTwice } = outcome;
  const { copies, outOfOrder, windowsWrong, resumedAfterMs, violations } = outcome;
  const numbers = { seconds, kills, records, lost, decidedTwice, copies, outOfOrder, windowsWrong, resumedAfterMs };
  return { scenario, planted, isWhole, ...numbers, violations: violations.slice(0, MAX_VIOLATIONS) };
}

/** All runs with these among them, in the order of time. One that is there already is not counted twice. */
export function addRuns(runs: readonly KeptRun[], more: readonly KeptRun[]): readonly KeptRun[] {
  const byTime = new Map([...runs, ...more].map((run) => [run.at, run]));
  return [...byTime.values()].toSorted((a, b) => a.at.localeCompare(b.at));
}
