import type { Interval } from '../intervals/interval.js';
import { checkedConfidence, normalQuantile } from '../special/normal-quantile.js';
import type { ScoreCell } from './score-cell.js';

/** How scores compare with outcomes in one group of equal count: a point of the reliability curve. */
export interface CalibrationGroup {
  /** Observations; ≥ 1. */
  readonly count: number;
  /** Mean score, 0 to 1. */
  readonly meanScore: number;
  /** Share of positives, 0 to 1. */
  readonly observedShare: number;
}

/** Mean of |E| for a standard normal E, and its variance: that of the half-normal distribution. */
const HALF_NORMAL_MEAN = Math.sqrt(2 / Math.PI);
const HALF_NORMAL_VARIANCE = 1 - 2 / Math.PI;

/**
 * The reliability curve: observations by ascending score, cut into groups of equal count (sizes differ by at most one; the
 * lower groups are the larger). Cells are by ascending score; a cell that two groups share is split between them in proportion,
 * so equal scores are never put in an order that they do not have. Fewer observations than groups give as many groups as there
 * are observations; none give none.
 */
export function calibrationCurve(cells: readonly ScoreCell[], groups: number): CalibrationGroup[] {
  const n = cells.reduce((sum, cell) => sum + cell.positives + cell.negatives, 0);
  const ranks = groupEnds(n, Math.min(groups, n));
  const positives = cumulativeAt(cells, ranks, (cell) => cell.positives);
  const scores = cumulativeAt(cells, ranks, (cell) => cell.scoreSum);
  return ranks.map((rank, at) => {
    const count = rank - (ranks[at - 1] ?? 0);
    return {
      count,
      meanScore: share(((scores[at] as number) - (scores[at - 1] ?? 0)) / count),
      observedShare: share(((positives[at] as number) - (positives[at - 1] ?? 0)) / count),
    };
  });
}

/** Expected calibration error: mean distance of score and share over the groups, weighted by count; 0 to 1, null for none. */
export function calibrationError(curve: readonly CalibrationGroup[]): number | null {
  const n = curve.reduce((sum, { count }) => sum + count, 0);
  if (n === 0) return null;
  return curve.reduce((sum, group) => sum + group.count * Math.abs(group.observedShare - group.meanScore), 0) / n;
}

/**
 * Interval of the expected calibration error of these groups; null for none. The error can be off by no more than the weighted
 * mean of what each group's share is off (triangle inequality); that is a sum of half-normal variables, of which this takes
 * mean and spread. So it holds at least as often as stated, near 0 too, where the error of a perfect model is all chance. The
 * share of a group is given the variance of Agresti and Coull (1998), which is not 0 at 0 or 1.
 */
export function calibrationErrorInterval(curve: readonly CalibrationGroup[], confidence: number): Interval | null {
  // Only one end of it matters: being off by more.
  const z = normalQuantile(checkedConfidence(confidence));
  const error = calibrationError(curve);
  if (error === null) return null;
  const n = curve.reduce((sum, { count }) => sum + count, 0);
  let mean = 0;
  let variance = 0;
  for (const { count, observedShare } of curve) {
    const shrunk = (observedShare * count + 2) / (count + 4);
    const spread = (count / n) * Math.sqrt((shrunk * (1 - shrunk)) / count);
    mean += HALF_NORMAL_MEAN * spread;
    variance += HALF_NORMAL_VARIANCE * spread * spread;
  }
  const half = mean + z * Math.sqrt(variance);
  return { lower: Math.max(0, error - half), upper: Math.min(1, error + half) };
}

function groupEnds(n: number, groups: number): number[] {
  const larger = n % groups;
  const size = Math.floor(n / groups);
  return Array.from({ length: groups }, (_, at) => (at + 1) * size + Math.min(at + 1, larger));
}

/** What the observations up to each rank add up to. The last rank takes all, so that nothing is lost to rounding. */
function cumulativeAt(
  cells: readonly ScoreCell[],
  ranks: readonly number[],
  amountOf: (cell: ScoreCell) => number,
): number[] {
  const sums: number[] = [];
  let before = 0;
  let seen = 0;
  for (const cell of cells) {
    const count = cell.positives + cell.negatives;
    const amount = amountOf(cell);
    for (let rank = ranks[sums.length]; rank !== undefined && rank <= seen + count; rank = ranks[sums.length]) {
      sums.push(before + (rank === seen + count ? amount : (amount * (rank - seen)) / count));
    }
    before += amount;
    seen += count;
  }
  return sums;
}

/** Shares are differences of cumulative sums: rounding may leave them a hair outside. */
function share(value: number): number {
  return Math.min(1, Math.max(0, value));
}
