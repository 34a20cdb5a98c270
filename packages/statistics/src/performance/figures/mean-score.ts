import { within } from '../../intervals/interval.js';
import { meanInterval } from '../../intervals/mean-interval.js';
import { unitsOf } from '../../split-sum.js';
import { LOSS_SCALE, OFFSET_SCALE } from '../count-labelled.js';
import { noEstimate } from '../estimate.js';
import { scoreSumOf } from '../performance-cells.js';
import type { Figure } from './figure.js';

/** Mean score of the labelled observations that have one, to be held against the observed share; normal interval. */
export const meanScore = {
  name: 'meanScore',
  description: 'Mean score of the labelled decisions: the share of positives that the model expected.',
  range: [0, 1],
  estimate: (state, confidence) => {
    const n = state.totals.scored;
    if (n === 0) return noEstimate();
    const sum = scoreSumOf(state);
    const interval = meanInterval({ n, sum, sumOfSquares: unitsOf(state.sums.scoreSquares) / LOSS_SCALE }, confidence);
    return { value: sum / n, n, interval: interval && within(interval, [0, 1]), resolution: 1 / (2 * OFFSET_SCALE) };
  },
} as const satisfies Figure;
