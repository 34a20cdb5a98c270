import type { ScoreCell } from './score-cell.js';

/**
 * Average precision: mean, over the positives, of the precision at the score of each (step-wise area under the precision-recall
 * curve); 0 to 1. Cells by ascending score; those of one cell enter together. Null where there is no positive.
 */
export function averagePrecision(cells: readonly ScoreCell[]): number | null {
  const positives = cells.reduce((sum, cell) => sum + cell.positives, 0);
  if (positives === 0) return null;
  let hits = 0;
  let chosen = 0;
  let sum = 0;
  for (const cell of cells.toReversed()) {
    hits += cell.positives;
    chosen += cell.positives + cell.negatives;
    sum += (cell.positives * hits) / chosen;
  }
  return sum / positives;
}
