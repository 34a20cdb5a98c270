import { addCounts, type Counts } from '../counts.js';
import type { LogHistogram } from '../log-histogram.js';
import { addSum, emptySum, type SplitSum } from '../split-sum.js';

/** What is counted of decisions and their labels. */
export const PERFORMANCE_TOTALS = [
  'predictions',
  'truePositives',
  'falsePositives',
  'falseNegatives',
  'trueNegatives',
  'scored',
  'invalidScores',
  'valued',
  'value',
] as const;
/** One of {@link PERFORMANCE_TOTALS}. */
export type PerformanceTotal = (typeof PERFORMANCE_TOTALS)[number];

/** What is summed up of scores, losses and values. */
export const PERFORMANCE_SUMS = [
  'scoreSquares',
  'brier',
  'brierSquares',
  'logLoss',
  'logLossSquares',
  'valueSquares',
] as const;
/** One of {@link PERFORMANCE_SUMS}. */
export type PerformanceSum = (typeof PERFORMANCE_SUMS)[number];

/**
 * What is kept of the decisions of one model version in one window, for all figures of its performance. Integers only and of
 * bounded size (at most 3 × 3,072 bins, as many as are hit), plain JSON. Adding states in any order gives the state of all
 * their observations, and the same observations give the same state, byte for byte as JSON, however they are cut into batches.
 * Holds 134 million (2²⁷) observations; more is told by the figures with a RangeError.
 */
export interface PerformanceState {
  /** See {@link countLabelled}. */
  readonly totals: Record<PerformanceTotal, number>;
  /**
   * In units of 2⁻⁴⁴ (values: squared units of value). Each summand is rounded to that, so a mean is at most 2⁻⁴⁵ = 2.9e-14 off.
   */
  readonly sums: Record<PerformanceSum, SplitSum>;
  /** Scored observations that turned out positive, by bin of the score grid. */
  readonly positives: Counts;
  readonly negatives: Counts;
  /** Sum of how far scores lie above the lower edge of their bin, in units of 2⁻³⁶. A mean is at most 2⁻³⁷ = 7.3e-12 off. */
  readonly scoreOffsets: Counts;
  /** Milliseconds from event to label. */
  readonly labelDelayMs: LogHistogram;
}

/** The state of no observations. */
export function noPerformance(): PerformanceState {
  return {
    totals: byName(PERFORMANCE_TOTALS, () => 0),
    sums: byName(PERFORMANCE_SUMS, emptySum),
    positives: {},
    negatives: {},
    scoreOffsets: {},
    labelDelayMs: {},
  };
}

/** Adds the second state to the first: windows to a longer one, partitions to the whole. */
export function addPerformance(into: PerformanceState, more: PerformanceState): void {
  for (const total of PERFORMANCE_TOTALS) into.totals[total] += more.totals[total];
  for (const sum of PERFORMANCE_SUMS) addSum(into.sums[sum], more.sums[sum]);
  addCounts(into.positives, more.positives);
  addCounts(into.negatives, more.negatives);
  addCounts(into.scoreOffsets, more.scoreOffsets);
  addCounts(into.labelDelayMs, more.labelDelayMs);
}

function byName<Name extends string, T>(names: readonly Name[], valueOf: () => T): Record<Name, T> {
  return Object.fromEntries(names.map((name) => [name, valueOf()])) as Record<Name, T>;
}
