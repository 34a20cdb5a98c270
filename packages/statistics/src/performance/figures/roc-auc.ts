import { rocAuc as areaOf, rocAucInterval } from '../../scores/roc-auc.js';
import { noEstimate } from '../estimate.js';
import { performanceCells } from '../performance-cells.js';
import type { Figure } from './figure.js';

/**
 * Area under the ROC curve of the scored observations, ties counted half, with DeLong's interval on the logit scale (Newcombe's
 * where that has no variance); null where one class is missing. Scores of one bin of the grid count as ties, which is what
 * `resolution` bounds.
 */
export const rocAuc = {
  name: 'rocAuc',
  description: 'Probability that a positive outcome scored higher than a negative one.',
  range: [0, 1],
  estimate: (state, confidence) => {
    const area = areaOf(performanceCells(state));
    const n = state.totals.scored;
    if (area === null) return noEstimate(n);
    return { value: area.auc, n, interval: rocAucInterval(area, confidence), resolution: area.resolution };
  },
} as const satisfies Figure;
