import { standardErrors } from '../special/normal-quantile.js';
import type { Interval } from './interval.js';

/**
 * Interval of a proportion of which `successes` of `n` were seen, both counts ≥ 0; null where n is 0. The score interval of
 * Wilson (1927): it stays within 0 to 1 and has a width at 0 and at n successes too. Throws a RangeError for a confidence
 * outside 0 to 1.
 */
export function wilsonInterval(successes: number, n: number, confidence: number): Interval | null {
  const z = standardErrors(confidence);
  if (!(n > 0)) return null;
  const share = successes / n;
  const spread = (z * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n))) / (1 + (z * z) / n);
  const middle = (share + (z * z) / (2 * n)) / (1 + (z * z) / n);
  // At the ends the bound is the share itself; rounding must not put it a hair inside.
  return {
    lower: successes === 0 ? 0 : Math.max(0, middle - spread),
    upper: successes === n ? 1 : Math.min(1, middle + spread),
  };
}
