import { upperGamma } from './gamma.js';

/** Probability that a χ² variable with `df` > 0 degrees of freedom exceeds `x`; 1 for x ≤ 0. Relative accuracy 1e-12. */
export function chiSquareSf(x: number, df: number): number {
  return x <= 0 ? 1 : upperGamma(df / 2, x / 2);
}

/** The value that a χ² variable with `df` > 0 degrees of freedom exceeds with probability `p`: ∞ at 0, 0 at 1, NaN outside. */
export function chiSquareUpperQuantile(p: number, df: number): number {
  if (!(p >= 0 && p <= 1)) return Number.NaN;
  if (p === 0) return Infinity;
  if (p === 1) return 0;
  let above = df;
  while (chiSquareSf(above, df) > p) above *= 2;
  let below = 0;
  // Bisection: few calls, no start value, and it stops where numbers are no longer apart.
  for (let middle = above / 2; middle > below && middle < above; middle = (below + above) / 2) {
    if (chiSquareSf(middle, df) > p) below = middle;
    else above = middle;
  }
  return above;
}
