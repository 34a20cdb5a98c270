import { within } from '../../intervals/interval.js';
import { meanInterval } from '../../intervals/mean-interval.js';
import { unitsOf } from '../../split-sum.js';
import { LOSS_SCALE } from '../count-labelled.js';
import { noEstimate, type Estimate } from '../estimate.js';
import type { PerformanceState, PerformanceSum } from '../performance-state.js';

/** Where a mean loss is kept: its sum, the sum of its squares, and the range of one observation's loss. */
export interface LossSums {
  readonly sum: PerformanceSum;
  readonly squares: PerformanceSum;
  readonly range: readonly [number, number];
}

/** Mean loss of the scored observations with its normal interval, cut to the range; null of nothing, no interval of one. */
export function meanLoss(state: PerformanceState, loss: LossSums, confidence: number): Estimate {
  const n = state.totals.scored;
  if (n === 0) return noEstimate();
  const sum = unitsOf(state.sums[loss.sum]) / LOSS_SCALE;
  const interval = meanInterval({ n, sum, sumOfSquares: unitsOf(state.sums[loss.squares]) / LOSS_SCALE }, confidence);
  return {
    value: sum / n,
    n,
    interval: interval && within(interval, loss.range),
    resolution: 1 / (2 * LOSS_SCALE),
  };
}
