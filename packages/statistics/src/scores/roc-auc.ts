import type { Interval } from '../intervals/interval.js';
import { standardErrors } from '../special/normal-quantile.js';
import type { ScoreCell } from './score-cell.js';

/** An area under the ROC curve and what is needed to judge it. */
export interface RocAuc {
  /** Probability that a positive scores higher than a negative, ties counted half; 0 to 1. */
  readonly auc: number;
  readonly positives: number;
  readonly negatives: number;
  /** Variance after DeLong; null with fewer than two positives or negatives. */
  readonly variance: number | null;
  /**
   * The pairs of one cell count as ties: the area of the raw scores is at most so far away. 0 where no cell has both outcomes;
   * where they are real ties, the area is exact whatever this says.
   */
  readonly resolution: number;
}

/**
 * Area under the ROC curve of cells by ascending score (Mann and Whitney 1947), with the variance of DeLong, DeLong and
 * Clarke-Pearson (1988). Null where positives or negatives are missing. One pass over the cells.
 */
export function rocAuc(cells: readonly ScoreCell[]): RocAuc | null {
  const positives = cells.reduce((sum, cell) => sum + cell.positives, 0);
  const negatives = cells.reduce((sum, cell) => sum + cell.negatives, 0);
  if (positives === 0 || negatives === 0) return null;
  let won = 0;
  let tied = 0;
  let negativesBelow = 0;
  for (const cell of cells) {
    won += cell.positives * negativesBelow;
    tied += cell.positives * cell.negatives;
    negativesBelow += cell.negatives;
  }
  const pairs = positives * negatives;
  const auc = (won + tied / 2) / pairs;
  return { auc, positives, negatives, variance: deLongVariance(cells, auc), resolution: tied / 2 / pairs };
}

/**
 * Interval of an area: DeLong's variance on the logit scale, which keeps it within 0 to 1 (Pepe 2003). Where that variance is 0
 * or unknown (perfect separation, a single positive or negative), method 5 of Newcombe (2006): Hanley and McNeil's variance
 * at the bound itself, as in a score interval. Throws a RangeError for a confidence outside 0 to 1.
 */
export function rocAucInterval(area: RocAuc, confidence: number): Interval {
  const { auc, variance } = area;
  if (variance === null || variance === 0) return newcombeInterval(area, confidence);
  const logit = Math.log(auc / (1 - auc));
  const half = (standardErrors(confidence) * Math.sqrt(variance)) / (auc * (1 - auc));
  return { lower: logistic(logit - half), upper: logistic(logit + half) };
}

/** Spread of each positive's share of negatives that it beats, and of each negative's share of positives that beat it. */
function deLongVariance(cells: readonly ScoreCell[], auc: number): number | null {
  const positives = cells.reduce((sum, cell) => sum + cell.positives, 0);
  const negatives = cells.reduce((sum, cell) => sum + cell.negatives, 0);
  if (positives < 2 || negatives < 2) return null;
  let positivesBelow = 0;
  let negativesBelow = 0;
  let ofPositives = 0;
  let ofNegatives = 0;
  for (const cell of cells) {
    const beats = (negativesBelow + cell.negatives / 2) / negatives;
    const isBeaten = 1 - (positivesBelow + cell.positives / 2) / positives;
    ofPositives += cell.positives * (beats - auc) ** 2;
    ofNegatives += cell.negatives * (isBeaten - auc) ** 2;
    positivesBelow += cell.positives;
    negativesBelow += cell.negatives;
  }
  return ofPositives / (positives - 1) / positives + ofNegatives / (negatives - 1) / negatives;
}

function newcombeInterval({ auc, positives, negatives }: RocAuc, confidence: number): Interval {
  const z = standardErrors(confidence);
  const isInside = (area: number): boolean =>
    Math.abs(area - auc) <= z * Math.sqrt(hanleyMcNeilVariance(area, positives, negatives));
  return { lower: auc === 0 ? 0 : edge(isInside, auc, 0), upper: auc === 1 ? 1 : edge(isInside, auc, 1) };
}

/** Hanley and McNeil (1982) for exponential scores, made symmetric in positives and negatives as Newcombe does. */
function hanleyMcNeilVariance(area: number, positives: number, negatives: number): number {
  const others = (positives + negatives) / 2 - 1;
  const spread = 1 + (others * (1 - area)) / (2 - area) + (others * area) / (1 + area);
  return (area * (1 - area) * spread) / (positives * negatives);
}

/** Where a predicate that holds at `from` and not at `to` changes, to the last bit that matters. */
function edge(holds: (x: number) => boolean, from: number, to: number): number {
  let inside = from;
  let outside = to;
  for (let step = 0; step < 60; step += 1) {
    const middle = (inside + outside) / 2;
    if (holds(middle)) inside = middle;
    else outside = middle;
  }
  return inside;
}

function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
