import { checkedPair, sharesOf, type CountsPair } from './counts-pair.js';
import type { DriftMeasure } from './drift-measure.js';

/**
 * Wasserstein-1 (earth mover's) distance, in the unit of `positions`: where each bin's values are taken to lie, ascending and as
 * many as there are bins. Exact where every bin is one value; otherwise off by at most the widest bin. Null where either side is
 * empty. Throws a RangeError for another number of positions.
 */
export function wassersteinDistance(pair: CountsPair, positions: readonly number[]): number | null {
  if (positions.length !== pair.reference.length) {
    throw new RangeError(`Got ${positions.length} positions for ${pair.reference.length} bins; expected one for each.`);
  }
  const checked = checkedPair(pair);
  if (checked === null) return null;
  let ahead = 0;
  let moved = 0;
  let from = positions[0] ?? 0;
  for (const [bin, { reference, current }] of sharesOf(checked).entries()) {
    const at = positions[bin] ?? from;
    moved += Math.abs(ahead) * (at - from);
    ahead += current - reference;
    from = at;
  }
  return moved;
}

/** {@link wassersteinDistance} in standard deviations of the reference; null for categories and for a constant reference. */
export const wassersteinMeasure = {
  name: 'wasserstein',
  description: 'How far values moved on average, in standard deviations of the reference.',
  measure: (feature) => {
    if (feature.numeric === null || !(feature.numeric.referenceSd > 0)) return null;
    const distance = wassersteinDistance(feature, feature.numeric.positions);
    return distance === null ? null : distance / feature.numeric.referenceSd;
  },
} as const satisfies DriftMeasure;
