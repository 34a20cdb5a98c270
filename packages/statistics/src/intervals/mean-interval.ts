import { standardErrors } from '../special/normal-quantile.js';
import type { Interval } from './interval.js';

/** What a mean and its interval are taken from. */
export interface Moments {
  /** Number of values. */
  readonly n: number;
  readonly sum: number;
  readonly sumOfSquares: number;
}

/**
 * Interval of the mean that `n` independent values were drawn around, by the normal approximation with the sample variance
 * (divisor n − 1); null for fewer than two values. Equal values give an interval without width. The variance comes from the
 * sums, so about as many digits are lost as the squared mean has more than the variance. Throws a RangeError for a confidence
 * outside 0 to 1.
 */
export function meanInterval({ n, sum, sumOfSquares }: Moments, confidence: number): Interval | null {
  const z = standardErrors(confidence);
  if (n < 2) return null;
  const mean = sum / n;
  const variance = Math.max(0, (sumOfSquares - sum * mean) / (n - 1));
  const half = z * Math.sqrt(variance / n);
  return { lower: mean - half, upper: mean + half };
}
