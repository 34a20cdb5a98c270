import type { ScoreCell } from '../scores/score-cell.js';
import { scoreBinEdge } from '../scores/score-grid.js';
import { OFFSET_SCALE } from './count-labelled.js';
import type { PerformanceState } from './performance-state.js';

/** The scored observations of a state by ascending score, one cell for each bin of the grid that holds any. */
export function performanceCells(state: PerformanceState): ScoreCell[] {
  const bins = new Set([...Object.keys(state.positives), ...Object.keys(state.negatives)].map(Number));
  return [...bins]
    .toSorted((a, b) => a - b)
    .map((bin) => {
      const positives = state.positives[bin] ?? 0;
      const negatives = state.negatives[bin] ?? 0;
      const offsets = (state.scoreOffsets[bin] ?? 0) / OFFSET_SCALE;
      return { positives, negatives, scoreSum: (positives + negatives) * scoreBinEdge(bin) + offsets };
    });
}

/** Sum of the scores of a state's scored observations, each to 2⁻³⁷. */
export function scoreSumOf(state: PerformanceState): number {
  return performanceCells(state).reduce((sum, cell) => sum + cell.scoreSum, 0);
}

/** How many of a state's scored observations turned out positive. */
export function scoredPositivesOf(state: PerformanceState): number {
  return Object.values(state.positives).reduce((sum, count) => sum + count, 0);
}
