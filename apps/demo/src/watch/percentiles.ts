import { percentileOfSorted } from '@pitwall/statistics';

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
