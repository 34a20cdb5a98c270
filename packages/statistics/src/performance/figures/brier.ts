import type { Figure } from './figure.js';
import { meanLoss } from './mean-loss.js';

const range = [0, 1] as const;

/** Mean squared distance of score and outcome (Brier 1950, halved as is usual for two outcomes); normal interval. */
export const brier = {
  name: 'brier',
  description: 'Mean squared distance of score and outcome; 0.25 is a coin.',
  range,
  estimate: (state, confidence) => meanLoss(state, { sum: 'brier', squares: 'brierSquares', range }, confidence),
} as const satisfies Figure;
