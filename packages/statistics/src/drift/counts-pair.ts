/**
 * One feature counted twice over the same bins or categories: in the reference and now. Counts ≥ 0, as many of each; missing and
 * invalid values are not among them.
 */
export interface CountsPair {
  readonly reference: readonly number[];
  readonly current: readonly number[];
}

/** A pair with its sums. */
export interface CheckedPair extends CountsPair {
  readonly referenceTotal: number;
  readonly currentTotal: number;
}

/** The pair with its sums; null where either side has counted nothing. Throws a RangeError if the sides differ in length. */
export function checkedPair(pair: CountsPair): CheckedPair | null {
  const { reference, current } = pair;
  if (reference.length !== current.length) {
    throw new RangeError(
      `Got ${reference.length} reference and ${current.length} current counts; expected the same bins.`,
    );
  }
  const referenceTotal = total(reference);
  const currentTotal = total(current);
  return referenceTotal > 0 && currentTotal > 0 ? { ...pair, referenceTotal, currentTotal } : null;
}

/**
 * Neighbouring bins merged into `groups` of equal number of bins: 120 bins into 10 deciles. Throws a RangeError unless the number
 * of bins is a multiple of `groups`.
 */
export function mergeBins(pair: CountsPair, groups: number): CountsPair {
  const bins = pair.reference.length;
  if (bins % groups !== 0) {
    throw new RangeError(`Got ${bins} bins to merge into ${groups} groups; expected a multiple of ${groups}.`);
  }
  const size = bins / groups;
  const merged = (counts: readonly number[]): number[] =>
    Array.from({ length: groups }, (_, at) => total(counts.slice(at * size, (at + 1) * size)));
  return { reference: merged(pair.reference), current: merged(pair.current) };
}

/** Share of the reference and of now in each bin. */
export function sharesOf(pair: CheckedPair): { readonly reference: number; readonly current: number }[] {
  return pair.reference.map((count, bin) => ({
    reference: count / pair.referenceTotal,
    current: (pair.current[bin] ?? 0) / pair.currentTotal,
  }));
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
