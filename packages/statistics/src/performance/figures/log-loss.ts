import { LOG_LOSS_CLIP } from '../count-labelled.js';
import type { Figure } from './figure.js';
import { meanLoss } from './mean-loss.js';

const range = [0, -Math.log(LOG_LOSS_CLIP)] as const;

/** Mean of −ln of the probability that was given to what happened, clipped at {@link LOG_LOSS_CLIP}; normal interval. */
export const logLoss = {
  name: 'logLoss',
  description: 'Mean of the negative logarithm of the probability given to what happened; 0.693 is a coin.',
  range,
  estimate: (state, confidence) => meanLoss(state, { sum: 'logLoss', squares: 'logLossSquares', range }, confidence),
} as const satisfies Figure;
