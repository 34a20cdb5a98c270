import { addCount } from '../counts.js';
import { logBinOf } from '../log-histogram.js';
import { scoreBinEdge, scoreBinOf } from '../scores/score-grid.js';
import { addUnits, type SplitSum } from '../split-sum.js';
import type { LabelledDecision } from './labelled-decision.js';
import type { PerformanceState, PerformanceTotal } from './performance-state.js';

/** Sums of losses are kept in units of 1 / LOSS_SCALE. */
export const LOSS_SCALE = 2 ** 44;
/** Sums of scores above their bin's edge are kept in units of 1 / OFFSET_SCALE. */
export const OFFSET_SCALE = 2 ** 36;
/**
 * A score counts as at least this, and at most one minus this, in its log-loss: what a 32-bit float still tells from 0 and 1,
 * and what training clips to as well. So no single event weighs more than 16.1.
 */
export const LOG_LOSS_CLIP = 1e-7;

/** Amounts beyond this would spend the range of the sums in too few observations. */
const LARGEST_VALUE = 2 ** 32;

type Weight = 1 | -1;
type ScoredDecision = LabelledDecision & { readonly score: number };

/** Counts a decision, labelled or not: what coverage is a share of. */
export function countPrediction(state: PerformanceState): void {
  state.totals.predictions += 1;
}

/**
 * Counts a decision whose outcome is known (in addition to {@link countPrediction}). Throws a RangeError for a value that is no
 * whole number up to ±2³² and a delay that is not finite, and leaves the state as it was.
 */
export function countLabelled(state: PerformanceState, decision: LabelledDecision): void {
  weigh(state, decision, 1);
}

/**
 * Takes back what {@link countLabelled} counted: for a label that was corrected, before the new one is counted. The state is then
 * that of the other observations. It may come before the counting, in another state that is added later: counts are below
 * zero until then.
 */
export function uncountLabelled(state: PerformanceState, decision: LabelledDecision): void {
  weigh(state, decision, -1);
}

function weigh(state: PerformanceState, decision: LabelledDecision, weight: Weight): void {
  const { score, value, labelDelayMs } = decision;
  if (value !== null) checkValue(value);
  if (labelDelayMs !== null) addCount(state.labelDelayMs, logBinOf(labelDelayMs), weight);
  state.totals[confusionOf(decision)] += weight;
  if (value !== null) {
    state.totals.valued += weight;
    state.totals.value += weight * value;
    addUnits(state.sums.valueSquares, value * value, weight);
  }
  if (score === null) return;
  if (score >= 0 && score <= 1) weighScore(state, decision as ScoredDecision, weight);
  else state.totals.invalidScores += weight;
}

function weighScore(state: PerformanceState, { score, isPositive }: ScoredDecision, weight: Weight): void {
  const { sums } = state;
  const bin = scoreBinOf(score);
  state.totals.scored += weight;
  addCount(isPositive ? state.positives : state.negatives, bin, weight);
  // Scaling by a power of two is exact, so the only rounding is the one to whole units.
  const offset = Math.round(score * OFFSET_SCALE) - scoreBinEdge(bin) * OFFSET_SCALE;
  addCount(state.scoreOffsets, bin, weight * offset);
  addLoss(sums.scoreSquares, score * score, weight);
  const miss = isPositive ? 1 - score : score;
  const brier = miss * miss;
  addLoss(sums.brier, brier, weight);
  addLoss(sums.brierSquares, brier * brier, weight);
  const logLoss = -Math.log(Math.min(1 - LOG_LOSS_CLIP, Math.max(LOG_LOSS_CLIP, 1 - miss)));
  addLoss(sums.logLoss, logLoss, weight);
  addLoss(sums.logLossSquares, logLoss * logLoss, weight);
}

function addLoss(sum: SplitSum, loss: number, weight: Weight): void {
  addUnits(sum, Math.round(loss * LOSS_SCALE), weight);
}

function confusionOf({ isActed, isPositive }: LabelledDecision): PerformanceTotal {
  if (isActed) return isPositive ? 'truePositives' : 'falsePositives';
  return isPositive ? 'falseNegatives' : 'trueNegatives';
}

function checkValue(value: number): void {
  if (Number.isInteger(value) && Math.abs(value) <= LARGEST_VALUE) return;
  throw new RangeError(
    `Got ${value} as the value of a decision; expected a whole number of the smallest unit kept, up to ±2^32.`,
  );
}
