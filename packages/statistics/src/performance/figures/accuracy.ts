import type { Figure } from './figure.js';
import { proportion } from './proportion.js';

/** Share of labelled decisions that were right at the deployed threshold, with Wilson's interval. */
export const accuracy = {
  name: 'accuracy',
  description: 'Share of the labelled decisions that were right.',
  range: [0, 1],
  estimate: ({ totals }, confidence) => {
    const right = totals.truePositives + totals.trueNegatives;
    return proportion(right, right + totals.falsePositives + totals.falseNegatives, confidence);
  },
} as const satisfies Figure;
