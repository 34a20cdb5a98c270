/** The value below which the share `p` (0 to 1) of the sorted values lies, by nearest rank; null for no values. */
export function percentileOfSorted(sorted: ArrayLike<number>, p: number): number | null {
  if (sorted.length === 0) return null;
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(p * sorted.length) - 1))] ?? null;
}

/** Percentiles of the last values, as many as it holds. */
export class RecentValues {
  readonly #values: Float64Array;
  #seen = 0;

  constructor(capacity: number) {
    this.#values = new Float64Array(capacity);
  }

  add(value: number): void {
    this.#values[this.#seen % this.#values.length] = value;
    this.#seen += 1;
  }

  /** One percentile each; null while there is no value. */
  percentiles(ps: readonly number[]): readonly (number | null)[] {
    const sorted = this.#values.subarray(0, Math.min(this.#seen, this.#values.length)).toSorted();
    return ps.map((p) => percentileOfSorted(sorted, p));
  }
}
