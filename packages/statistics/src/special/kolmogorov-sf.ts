/** Below this the series in exp(−1/x²) needs few terms, above it the one in exp(−x²). */
const SWITCH = 1.18;
const TERMS = 10;

/**
 * Probability that √n times the distance of an empirical distribution of n values from the true one exceeds `x`, in the limit of
 * large n; 1 for x ≤ 0, NaN for NaN. Kolmogorov (1933), Smirnov (1948); both of its series are exact to the last digits.
 */
export function kolmogorovSf(x: number): number {
  if (x <= 0) return 1;
  const indices = Array.from({ length: TERMS }, (_, at) => at + 1);
  if (x < SWITCH) {
    const sum = indices.reduce((all, k) => all + Math.exp((-((2 * k - 1) ** 2) * Math.PI ** 2) / (8 * x * x)), 0);
    return 1 - (Math.sqrt(2 * Math.PI) / x) * sum;
  }
  return 2 * indices.reduce((all, k) => all + (k % 2 === 1 ? 1 : -1) * Math.exp(-2 * k * k * x * x), 0);
}
