/**
 * The value below which the share `p` (0 to 1) of the sorted values lies, by nearest rank: one of the values, never a mixture.
 * Null for no values. NaN sorts to the end and counts as a value.
 */
export function percentileOfSorted(sorted: ArrayLike<number>, p: number): number | null {
  if (sorted.length === 0) return null;
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(p * sorted.length) - 1))] ?? null;
}
