/**
 * Adjusted p-values that control the false discovery rate: rejecting those below q leaves at most a share q of false ones among
 * the rejected, on average, for independent (or positively dependent) tests. In the order of the input; empty for none.
 * Benjamini and Hochberg (1995).
 */
export function benjaminiHochberg(pValues: readonly number[]): number[] {
  const n = pValues.length;
  let least = 1;
  return adjusted(pValues, (ascending) =>
    ascending
      .map((p, at) => (p * n) / (at + 1))
      .toReversed()
      .map((p) => (least = Math.min(least, p)))
      .toReversed(),
  );
}

/**
 * Adjusted p-values that control the chance of any false rejection, whatever the dependence. In the order of the input; empty for
 * none. Holm (1979).
 */
export function holm(pValues: readonly number[]): number[] {
  const n = pValues.length;
  let most = 0;
  return adjusted(pValues, (ascending) => ascending.map((p, at) => (most = Math.max(most, Math.min(1, p * (n - at))))));
}

/** Adjusts in ascending order and puts the answers back in the order of the input. Throws a RangeError for what is no p-value. */
function adjusted(pValues: readonly number[], adjust: (ascending: readonly number[]) => number[]): number[] {
  const wrong = pValues.find((p) => !(p >= 0 && p <= 1));
  if (wrong !== undefined) throw new RangeError(`Got ${wrong} as a p-value; expected a number from 0 to 1.`);
  const order = [...pValues.keys()].toSorted((a, b) => (pValues[a] ?? 0) - (pValues[b] ?? 0));
  const answers = adjust(order.map((at) => pValues[at] ?? 0));
  const result = [...pValues];
  for (const [rank, at] of order.entries()) result[at] = answers[rank] ?? 1;
  return result;
}
