/** Scores are looked at in units of 2^-26, about 1.5e-8. */
const UNITS = 2 ** 26;
/** Bins per octave of the distance to the nearer end: a bin is at most 1/64 of that distance wide. */
const PER_OCTAVE = 64;
/** Bits of the widest bin: 2^16 units, 1/1,024. */
const WIDEST_BITS = 16;
/** Bins on either side of one half. */
const SIDE_BINS = 1536;

/** Bins of the grid of scores; see {@link scoreBinOf}. */
export const SCORE_GRID_BINS = 2 * SIDE_BINS;

/**
 * Bin of a score from 0 to 1 on a fixed grid of 3,072, ascending from 0. The bins mirror each other at one half; each is at most
 * 1/1,024 wide and, down to 2^-26, at most 1/64 of its distance to the nearer of 0 and 1: a model whose scores crowd near 0 (one
 * fraud in 10,000) is resolved as well as one whose scores spread. The lower edge belongs to the bin, and 1 to the last.
 * Log-linear bins as in Tene's HdrHistogram; integer arithmetic, so that a score falls into the same bin everywhere.
 * Undefined for anything that is no number from 0 to 1.
 */
export function scoreBinOf(score: number): number {
  const units = Math.min(UNITS - 1, Math.floor(score * UNITS));
  return units < UNITS / 2 ? sideBinOf(units) : SCORE_GRID_BINS - 1 - sideBinOf(UNITS - 1 - units);
}

/** Lower edge of a bin, 0 to 1, exact. The edge of bin {@link SCORE_GRID_BINS} is 1. */
export function scoreBinEdge(bin: number): number {
  return bin <= SIDE_BINS ? sideEdgeOf(bin) / UNITS : 1 - sideEdgeOf(SCORE_GRID_BINS - bin) / UNITS;
}

function sideBinOf(units: number): number {
  const bits = 32 - Math.clz32(units);
  const shift = Math.max(0, Math.min(WIDEST_BITS, bits - 7));
  return PER_OCTAVE * shift + (units >>> shift);
}

function sideEdgeOf(bin: number): number {
  const shift = Math.max(0, Math.min(WIDEST_BITS, Math.floor(bin / PER_OCTAVE) - 1));
  return (bin - PER_OCTAVE * shift) * 2 ** shift;
}
