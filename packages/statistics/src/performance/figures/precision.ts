import type { Figure } from './figure.js';
import { proportion } from './proportion.js';

/** Share of positives among the decisions to act, with Wilson's interval; null where none was to act. */
export const precision = {
  name: 'precision',
  description: 'Share of the decisions to act that were right.',
  range: [0, 1],
  estimate: ({ totals }, confidence) =>
    proportion(totals.truePositives, totals.truePositives + totals.falsePositives, confidence),
} as const satisfies Figure;
