import type { Happening } from '../world/timeline.js';
import type { Profile } from './profile.js';

/** One fault and what came of it. */
export interface FaultReport {
  readonly what: string;
  readonly kills: number;
  /** Null where the readers did not recover. */
  readonly resumedAfterMs: number | null;
}

/** What came of a scenario: the row of the table, and what a rerun needs. */
export interface ScenarioOutcome {
  readonly scenario: string;
  readonly profile: Profile;
  readonly seed: number;
  /** A planted bug that was switched on; null as a rule. */
  readonly planted: string | null;
  readonly seconds: number;
  /** It came to its end: only then do violations say anything of a planted bug. */
  readonly isWhole: boolean;
  /** Acknowledged records, labels among them. */
  readonly records: number;
  readonly decided: number;
  readonly duplicates: number;
  readonly deadLettered: Readonly<Record<string, number>>;
  readonly lost: number;
  readonly decidedTwice: number;
  /** Further copies on the results topic. */
  readonly copies: number;
  readonly outOfOrder: number;
  readonly windowsWrong: number;
  /** Sends of the generator that were not acknowledged, and made again. */
  readonly refusals: number;
  readonly kills: number;
  /** The longest of all faults; null where there was none, or one was not recovered from. */
  readonly resumedAfterMs: number | null;
  readonly faults: readonly FaultReport[];
  /** What was measured besides, a sentence each. */
  readonly remarks: readonly string[];
  /** What does not hold, a sentence each, with the law's code where it is one. Empty: all holds. */
  readonly violations: readonly string[];
  readonly timeline: readonly Happening[];
  /** Where logs, ledger and timeline are kept; null where all holds and nothing is. */
  readonly keptIn: string | null;
}
