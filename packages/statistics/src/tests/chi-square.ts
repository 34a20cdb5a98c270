import { checkedPair, type CheckedPair, type CountsPair } from '../drift/counts-pair.js';
import { chiSquareSf } from '../special/chi-square.js';

/** Cells of which fewer are expected are merged: below it the statistic is not χ² distributed (Cochran 1954). */
const LEAST_EXPECTED = 5;

/** What a χ² test says. */
export interface ChiSquare {
  readonly statistic: number;
  readonly df: number;
  readonly p: number;
}

/**
 * χ² test of homogeneity: do both rows of counts come from one distribution? Both are samples; to take the reference as exact would
 * raise false alarms. Cells with an expectation below 5 in either row are merged into one, with the smallest others (all of one
 * size at a time) until it has 5 too. Null where either row is empty or fewer than two cells are left.
 */
export function chiSquareContingency(pair: CountsPair): ChiSquare | null {
  const checked = checkedPair(pair);
  if (checked === null) return null;
  const cells = mergedCells(checked);
  if (cells.length < 2) return null;
  const { referenceTotal, currentTotal } = checked;
  const share = referenceTotal / (referenceTotal + currentTotal);
  const statistic = cells.reduce((sum, { reference, current }) => {
    // Both rows miss their expectation by the same amount.
    const miss = reference - (reference + current) * share;
    return sum + (miss * miss) / ((reference + current) * share * (1 - share));
  }, 0);
  return chiSquare(statistic, cells.length - 1);
}

/**
 * χ² test of counts against shares that are known, as the intended shares of a split (sample-ratio test). `shares` are ≥ 0 and as
 * many as counts; they are divided by their sum. Null where nothing was counted or fewer than two shares are above 0. Something
 * counted where the share is 0 has p = 0.
 */
export function chiSquareGoodness(counts: readonly number[], shares: readonly number[]): ChiSquare | null {
  if (counts.length !== shares.length) {
    throw new RangeError(`Got ${counts.length} counts and ${shares.length} shares; expected as many of each.`);
  }
  const n = counts.reduce((sum, count) => sum + count, 0);
  const whole = shares.reduce((sum, share) => sum + share, 0);
  const df = shares.filter((share) => share > 0).length - 1;
  if (n === 0 || df < 1) return null;
  const statistic = counts.reduce((sum, count, at) => {
    const expected = ((shares[at] ?? 0) / whole) * n;
    return count === 0 && expected === 0 ? sum : sum + (count - expected) ** 2 / expected;
  }, 0);
  return chiSquare(statistic, df);
}

interface Cell {
  readonly reference: number;
  readonly current: number;
}

function mergedCells({ reference, current, referenceTotal, currentTotal }: CheckedPair): Cell[] {
  // The row with fewer observations expects fewer in every cell.
  const least = (LEAST_EXPECTED * (referenceTotal + currentTotal)) / Math.min(referenceTotal, currentTotal);
  const bySize = reference
    .map((count, at): Cell => ({ reference: count, current: current[at] ?? 0 }))
    .toSorted((a, b) => sizeOf(a) - sizeOf(b));
  let rest: Cell = { reference: 0, current: 0 };
  let merged = 0;
  let largest = 0;
  for (const cell of bySize) {
    const isFilling = sizeOf(rest) > 0 && sizeOf(rest) < least;
    // Cells of one size go together: which of them comes first must not matter.
    if (sizeOf(cell) >= least && !isFilling && sizeOf(cell) !== largest) break;
    rest = { reference: rest.reference + cell.reference, current: rest.current + cell.current };
    largest = sizeOf(cell);
    merged += 1;
  }
  const others = bySize.slice(merged);
  return sizeOf(rest) > 0 ? [rest, ...others] : others;
}

function sizeOf({ reference, current }: Cell): number {
  return reference + current;
}

function chiSquare(statistic: number, df: number): ChiSquare {
  return { statistic, df, p: chiSquareSf(statistic, df) };
}
