import { calibrationCurve, calibrationError as errorOf, calibrationErrorInterval } from '../../scores/calibration.js';
import type { CalibrationGroup } from '../../scores/calibration.js';
import type { ScoreCell } from '../../scores/score-cell.js';
import { OFFSET_SCALE } from '../count-labelled.js';
import { noEstimate } from '../estimate.js';
import { performanceCells } from '../performance-cells.js';
import type { PerformanceState } from '../performance-state.js';
import type { Figure } from './figure.js';

/** Groups of equal count that calibration is looked at in. */
export const CALIBRATION_GROUPS = 10;

/** The reliability curve of the scored observations, by ascending score, in up to {@link CALIBRATION_GROUPS} groups of equal count. */
export function reliabilityCurve(state: PerformanceState): CalibrationGroup[] {
  return calibrationCurve(performanceCells(state), CALIBRATION_GROUPS);
}

/**
 * Expected calibration error over 10 groups of equal count, with an interval that holds at least as often as stated. A bin of the
 * grid that two groups share is split in proportion: what that can change is in `resolution`.
 */
export const calibrationError = {
  name: 'calibrationError',
  description: 'Mean distance of mean score and observed share, over 10 groups of equal count.',
  range: [0, 1],
  estimate: (state, confidence) => {
    const cells = performanceCells(state);
    const curve = calibrationCurve(cells, CALIBRATION_GROUPS);
    const value = errorOf(curve);
    if (value === null) return noEstimate();
    return {
      value,
      n: state.totals.scored,
      interval: calibrationErrorInterval(curve, confidence),
      resolution: splitBound(cells, curve),
    };
  },
} as const satisfies Figure;

/**
 * How far proportional splitting may move the error: of a split cell with p positives among c observations, at most min(p, c − p)
 * positives sit in another group than supposed, which counts in both groups; and its scores differ by less than 1/1,024.
 */
function splitBound(cells: readonly ScoreCell[], curve: readonly CalibrationGroup[]): number {
  const n = curve.reduce((sum, { count }) => sum + count, 0);
  const ends = new Set<number>();
  let end = 0;
  for (const { count } of curve) ends.add((end += count));
  let moved = 0;
  let seen = 0;
  for (const { positives, negatives } of cells) {
    const count = positives + negatives;
    const isSplit = [...ends].some((rank) => rank > seen && rank < seen + count);
    if (isSplit) moved += 2 * Math.min(positives, negatives) + count / 1024;
    seen += count;
  }
  return Math.min(1, moved / n + 1 / OFFSET_SCALE);
}
