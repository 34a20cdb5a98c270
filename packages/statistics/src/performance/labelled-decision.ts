/** A decision and what came of it. */
export interface LabelledDecision {
  /**
   * Probability of the positive outcome, 0 to 1; null where the fallback decided. Anything else (NaN, out of range) is counted
   * as invalid and left out of what rests on scores.
   */
  readonly score: number | null;
  /** The observed outcome is the one that the score is the probability of. */
  readonly isPositive: boolean;
  /** The decision was the one taken at and above the threshold. */
  readonly isActed: boolean;
  /**
   * What the decision was worth, a whole number of the smallest unit that is kept (cents, or millionths), up to ±2³²; null where
   * nothing is known of it. The same unit throughout.
   */
  readonly value: number | null;
  /** From event to label, ms; negative (clocks that run apart) counts as 0, null as unknown. */
  readonly labelDelayMs: number | null;
}
