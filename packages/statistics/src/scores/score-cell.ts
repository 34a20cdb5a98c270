/** Observations whose scores are not told apart: equal scores, or the scores of one bin of the grid. */
export interface ScoreCell {
  /** How many of them turned out positive; ≥ 0. */
  readonly positives: number;
  readonly negatives: number;
  /** Sum of the scores. */
  readonly scoreSum: number;
}

/**
 * The cells of raw observations, by ascending score: one for each distinct score, so that what is computed from them is exact.
 * `scores` and `isPositive` have the same length; a RangeError says if they do not, or if a score is NaN.
 */
export function cellsOf(scores: readonly number[], isPositive: readonly boolean[]): ScoreCell[] {
  if (scores.length !== isPositive.length) {
    throw new RangeError(`Got ${scores.length} scores and ${isPositive.length} labels; expected as many of each.`);
  }
  const counts = new Map<number, { positives: number; negatives: number }>();
  for (const [at, score] of scores.entries()) {
    if (Number.isNaN(score)) throw new RangeError(`Got NaN as score ${at}; expected a number.`);
    const cell = counts.get(score) ?? { positives: 0, negatives: 0 };
    counts.set(score, cell);
    cell[isPositive[at] === true ? 'positives' : 'negatives'] += 1;
  }
  return [...counts]
    .toSorted(([a], [b]) => a - b)
    .map(([score, { positives, negatives }]) => ({ positives, negatives, scoreSum: score * (positives + negatives) }));
}
