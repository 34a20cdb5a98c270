import { upperGamma } from './gamma.js';

/** Probability that a standard normal variable exceeds `x`; NaN for NaN. Keeps its relative accuracy (1e-12) in the upper tail. */
export function normalSf(x: number): number {
  return x < 0 ? 1 - normalSf(-x) : upperGamma(0.5, (x * x) / 2) / 2;
}
