import { checkedPair, sharesOf, type CountsPair } from './counts-pair.js';
import type { DriftMeasure } from './drift-measure.js';
import { effectBins } from './effect-bins.js';

/**
 * Jensen-Shannon distance, the root of the divergence with logarithms to base 2: 0 where the distributions are equal, 1 where they
 * share no bin. Null where either side is empty. Endres and Schindelin (2003).
 */
export function jsDistance(pair: CountsPair): number | null {
  const checked = checkedPair(pair);
  if (checked === null) return null;
  const divergence = sharesOf(checked).reduce((sum, { reference, current }) => {
    const middle = (reference + current) / 2;
    return sum + (information(reference, middle) + information(current, middle)) / 2;
  }, 0);
  return Math.sqrt(Math.min(1, Math.max(0, divergence)));
}

/** p·log₂(p/q), which goes to 0 with p. */
function information(p: number, q: number): number {
  return p === 0 ? 0 : p * Math.log2(p / q);
}

/** {@link jsDistance} on the cells that effects are judged on. */
export const jsDistanceMeasure = {
  name: 'jsDistance',
  description: 'Jensen-Shannon distance: 0 where nothing changed, 1 where nothing is as it was.',
  measure: (feature) => jsDistance(effectBins(feature)),
} as const satisfies DriftMeasure;
