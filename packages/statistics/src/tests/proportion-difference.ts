import { normalSf } from '../special/normal-sf.js';

/** A count of hits among n. */
export interface HitCount {
  readonly hits: number;
  readonly n: number;
}

/**
 * Two-sided z-test of two proportions with the pooled variance: z > 0 where the first is larger. Null where either n is 0 or
 * nothing differs to be explained (no hits, or all hits, in both).
 */
export function proportionDifference(first: HitCount, second: HitCount): { z: number; p: number } | null {
  const pooled = (first.hits + second.hits) / (first.n + second.n);
  const variance = pooled * (1 - pooled) * (1 / first.n + 1 / second.n);
  if (!(variance > 0 && Number.isFinite(variance))) return null;
  const z = (first.hits / first.n - second.hits / second.n) / Math.sqrt(variance);
  return { z, p: 2 * normalSf(Math.abs(z)) };
}
