import type { CountsPair } from './counts-pair.js';

/** A feature's counts with what a numeric one has beyond a categorical one. */
export interface FeatureCounts extends CountsPair {
  /**
   * Null for a categorical feature. Of a numeric one the counts are by ascending bin, a multiple of 10 of them (120), values below
   * and above in the first and the last.
   */
  readonly numeric: {
    /** Where the values of each bin are taken to lie. */
    readonly positions: readonly number[];
    /** Standard deviation in the reference; 0 where all values are equal. */
    readonly referenceSd: number;
  } | null;
}

/** How far a feature has moved, as a number. A new one is one file and one line in `drift/index.ts`. */
export interface DriftMeasure {
  readonly name: string;
  /** What it says, for people. */
  readonly description: string;
  /** Null where it does not apply to the feature or either side is empty; never NaN. */
  measure(feature: FeatureCounts): number | null;
}
