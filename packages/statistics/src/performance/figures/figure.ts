import type { Estimate } from '../estimate.js';
import type { PerformanceState } from '../performance-state.js';

/** One figure of performance: how it is read from the state. A new one is one file and one line in `figures/index.ts`. */
export interface Figure {
  readonly name: string;
  /** What it says, for people; with its unit where it has one. */
  readonly description: string;
  /** Least and most that it can be. */
  readonly range: readonly [number, number];
  /** Of a state that holds whole observations; `confidence` of the interval lies between 0 and 1. */
  estimate(state: PerformanceState, confidence: number): Estimate;
}
