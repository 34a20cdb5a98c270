/**
 * The candidate closest to `got` by edit distance (Damerau-Levenshtein, adjacent swaps count once; case is ignored), or
 * undefined where none is within a third of its length.
 */
export function didYouMean(got: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(got.length / 3)) + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - got.length) >= bestDistance) continue;
    const distance = editDistance(got.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const isSwap = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const changed = at(last, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(at(last, j) + 1, at(row, j - 1) + 1, changed, isSwap ? at(beforeLast, j - 2) + 1 : changed));
    }
    beforeLast = last;
    last = row;
  }
  return at(last, b.length);
}

/** Beyond the edge of the table there is no way. */
function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
