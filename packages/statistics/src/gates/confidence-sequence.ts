/** What the half-width of a confidence sequence depends on. */
export interface ConfidenceSequence {
  /** Observations so far; ≥ 1. */
  readonly n: number;
  /** Their variance; ≥ 0. */
  readonly variance: number;
  /** The number of observations at which the sequence is to be tightest; fixed before the first look. */
  readonly tightestAt: number;
  /** Probability that the truth is ever outside, over all looks; 0 to 0.5, both excluded. */
  readonly alpha: number;
  /** `one` where only one end is used, as for "harm is above 0"; `two` for an interval. */
  readonly sides: 'one' | 'two';
}

/**
 * Half-width of a confidence sequence for a mean: mean ± this holds at all looks at once with probability 1 − alpha (one-sided: one
 * end does), however often one looks and whenever one stops. Asymptotic, for independent observations; infinite before the first.
 * Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas (arXiv 2103.06476). Throws a RangeError for an alpha outside 0 to 0.5.
 */
export function confidenceHalfWidth({ n, variance, tightestAt, alpha, sides }: ConfidenceSequence): number {
  if (!(alpha > 0 && alpha < 0.5)) throw new RangeError(`Got ${alpha} as alpha; expected a number between 0 and 0.5.`);
  if (n < 1) return Infinity;
  const spent = -2 * Math.log(sides === 'one' ? 2 * alpha : alpha);
  const rhoSquared = (spent + Math.log(spent + 1)) / tightestAt;
  const growth = n * rhoSquared + 1;
  const chance = sides === 'one' ? 1 + Math.sqrt(growth) / (2 * alpha) : Math.sqrt(growth) / alpha;
  return Math.sqrt(((2 * growth) / (n * n * rhoSquared)) * Math.log(chance) * variance);
}
