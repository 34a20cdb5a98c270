import type { Figure } from './figure.js';
import { proportion } from './proportion.js';

/** Share of the positives that were acted on, with Wilson's interval; null where there was no positive. */
export const recall = {
  name: 'recall',
  description: 'Share of the positive outcomes that were acted on.',
  range: [0, 1],
  estimate: ({ totals }, confidence) =>
    proportion(totals.truePositives, totals.truePositives + totals.falseNegatives, confidence),
} as const satisfies Figure;
