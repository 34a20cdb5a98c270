import { within } from '../../intervals/interval.js';
import { meanInterval } from '../../intervals/mean-interval.js';
import { unitsOf } from '../../split-sum.js';
import { LOSS_SCALE, OFFSET_SCALE } from '../count-labelled.js';
import { noEstimate } from '../estimate.js';
import { scoredPositivesOf, scoreSumOf } from '../performance-cells.js';
import type { Figure } from './figure.js';

/**
 * Observed share minus mean score of the scored observations ("calibration in the large"): above 0 more happened than was
 * expected. The squares of the single differences are the Brier losses, so the normal interval needs no sum of its own.
 */
export const calibrationGap = {
  name: 'calibrationGap',
  description: 'Share of positive outcomes minus mean score.',
  range: [-1, 1],
  estimate: (state, confidence) => {
    const n = state.totals.scored;
    if (n === 0) return noEstimate();
    const sum = scoredPositivesOf(state) - scoreSumOf(state);
    const interval = meanInterval({ n, sum, sumOfSquares: unitsOf(state.sums.brier) / LOSS_SCALE }, confidence);
    return { value: sum / n, n, interval: interval && within(interval, [-1, 1]), resolution: 1 / (2 * OFFSET_SCALE) };
  },
} as const satisfies Figure;
