/** What the high limb counts. */
const LIMB = 2 ** 26;

/**
 * A sum of integers too large for one number: `high · 2²⁶ + low`, each limb the plain sum of the limbs of what was added. So
 * two sums merge by adding their limbs, in any order, to the same two integers. Holds 2²⁷ (134 million) summands of up to 2⁵².
 */
export interface SplitSum {
  high: number;
  low: number;
}

/** The sum of nothing. */
export function emptySum(): SplitSum {
  return { high: 0, low: 0 };
}

/** Adds a non-negative integer, `weight` times (−1 takes it away). Integers above 2⁵³ keep the 53 bits that a number has. */
export function addUnits(sum: SplitSum, units: number, weight: 1 | -1): void {
  const high = Math.floor(units / LIMB);
  sum.high += weight * high;
  sum.low += weight * (units - high * LIMB);
}

/** Adds the second sum to the first. */
export function addSum(into: SplitSum, more: SplitSum): void {
  into.high += more.high;
  into.low += more.low;
}

/**
 * The sum as a number, with the 53 bits that a number has. Throws a RangeError where a limb has outgrown the integers that are
 * exact: more was added than a {@link SplitSum} holds.
 */
export function unitsOf({ high, low }: SplitSum): number {
  if (!Number.isSafeInteger(high) || !Number.isSafeInteger(low)) {
    throw new RangeError(`The sum ${high} · 2^26 + ${low} is no longer exact: declare shorter windows.`);
  }
  return high * LIMB + low;
}
