import { mergeBins, type CountsPair } from './counts-pair.js';
import type { FeatureCounts } from './drift-measure.js';

const GROUPS = 10;

/** The cells on which the size of an effect is judged: a numeric feature's bins merged to 10, a categorical one's categories. */
export function effectBins(feature: FeatureCounts): CountsPair {
  return feature.numeric === null ? feature : mergeBins(feature, GROUPS);
}
