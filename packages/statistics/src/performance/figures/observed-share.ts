import type { Figure } from './figure.js';
import { proportion } from './proportion.js';

/** Share of positives among all labelled decisions, with Wilson's interval. */
export const observedShare = {
  name: 'observedShare',
  description: 'Share of positive outcomes among the labelled decisions.',
  range: [0, 1],
  estimate: ({ totals }, confidence) => {
    const positives = totals.truePositives + totals.falseNegatives;
    return proportion(positives, positives + totals.falsePositives + totals.trueNegatives, confidence);
  },
} as const satisfies Figure;
