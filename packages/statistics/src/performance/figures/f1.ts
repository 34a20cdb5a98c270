import { wilsonInterval } from '../../intervals/wilson.js';
import { noEstimate } from '../estimate.js';
import type { Figure } from './figure.js';

/**
 * Harmonic mean of precision and recall; null where nothing was positive and none acted on. With g, the share of true positives
 * among all that are not true negatives, F1 is 2g / (1 + g), which rises with g: so the ends of Wilson's interval of g give
 * the ends of F1's. `n` is what g is a share of.
 */
export const f1 = {
  name: 'f1',
  description: 'Harmonic mean of precision and recall.',
  range: [0, 1],
  estimate: ({ totals }, confidence) => {
    const n = totals.truePositives + totals.falsePositives + totals.falseNegatives;
    const interval = wilsonInterval(totals.truePositives, n, confidence);
    if (interval === null) return noEstimate();
    return {
      value: fromShare(totals.truePositives / n),
      n,
      interval: { lower: fromShare(interval.lower), upper: fromShare(interval.upper) },
      resolution: 0,
    };
  },
} as const satisfies Figure;

function fromShare(g: number): number {
  return (2 * g) / (1 + g);
}
