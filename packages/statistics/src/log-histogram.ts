/** Bins grow by this factor: a quantile read from them is at most 1 % off. */
const GAMMA = 1.02;
const LOG_GAMMA = Math.log(GAMMA);
/** Values below count as this. */
const SMALLEST = 1;

/**
 * Counts by bin index, for values ≥ 0 in a unit of which less than one is nothing (milliseconds, cents). Only bins that hold
 * something are present; merging is addition.
 */
export type LogHistogram = Record<string, number>;

/**
 * Bin of a non-negative value: `i` where GAMMA^(i-1) < value ≤ GAMMA^i, as in DDSketch (Masson, Rim, Lee 2019) with a relative
 * accuracy of 1 %. Values of 1 and below, and negative ones (clocks that run apart), share bin 0. Throws a RangeError for NaN
 * and infinity.
 */
export function logBinOf(value: number): number {
  if (!Number.isFinite(value)) throw new RangeError(`Got ${value} to count in a histogram; expected a finite number.`);
  return value <= SMALLEST ? 0 : Math.ceil(Math.log(value) / LOG_GAMMA);
}

/**
 * The q-quantile (0 to 1), as the middle of its bin: at most 1 % off the value at rank ⌈q·n⌉. Null where nothing was counted.
 */
export function logQuantileOf(histogram: LogHistogram, q: number): number | null {
  const bins = Object.entries(histogram)
    .map(([bin, count]) => [Number(bin), count] as const)
    .toSorted((a, b) => a[0] - b[0]);
  const total = bins.reduce((sum, [, count]) => sum + count, 0);
  const rank = Math.max(1, Math.ceil(q * total));
  let seen = 0;
  for (const [bin, count] of bins) {
    seen += count;
    if (seen >= rank) return middleOf(bin);
  }
  return null;
}

function middleOf(bin: number): number {
  return bin === 0 ? SMALLEST : (2 * GAMMA ** bin) / (GAMMA + 1);
}
