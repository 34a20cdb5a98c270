import { noEstimate } from '../estimate.js';
import type { Figure } from './figure.js';

/**
 * Share of the counted predictions whose label is there. It is a fact, so it has no interval; null where no prediction was
 * counted. Labels are counted on their own way and may be ahead of the predictions for a while: it is 1 then.
 */
export const coverage = {
  name: 'coverage',
  description: 'Share of the decisions whose outcome is known.',
  range: [0, 1],
  estimate: ({ totals }) => {
    const n = totals.predictions;
    if (n === 0) return noEstimate();
    const labelled = totals.truePositives + totals.falsePositives + totals.falseNegatives + totals.trueNegatives;
    return { value: Math.min(1, labelled / n), n, interval: null, resolution: 0 };
  },
} as const satisfies Figure;
