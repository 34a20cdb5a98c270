import { chiSquareUpperQuantile } from '../special/chi-square.js';
import { checkedPair, sharesOf, type CountsPair } from './counts-pair.js';
import type { DriftMeasure } from './drift-measure.js';
import { effectBins } from './effect-bins.js';

/** Added to every cell where one is empty, so that its logarithm exists. */
const SMOOTHING = 0.5;
const NOISE_PROBABILITY = 0.01;

/** How many were counted, in how many bins. */
export interface SampleSizes {
  readonly bins: number;
  readonly reference: number;
  readonly current: number;
}

/**
 * Population stability index: the symmetrised Kullback-Leibler divergence of the two distributions, ≥ 0, natural logarithm. Where
 * a cell is empty, one half is added to every cell. Null where either side is empty.
 */
export function psi(pair: CountsPair): number | null {
  const isSmoothed = [...pair.reference, ...pair.current].includes(0);
  const checked = checkedPair(pair);
  if (checked === null) return null;
  const smoothed = isSmoothed
    ? checkedPair({ reference: raised(pair.reference), current: raised(pair.current) })
    : null;
  return sharesOf(smoothed ?? checked).reduce(
    (sum, { reference, current }) => sum + (current - reference) * Math.log(current / reference),
    0,
  );
}

/** What the index of two samples of one distribution is on average: (B − 1)(1/n + 1/m). */
export function expectedPsi({ bins, reference, current }: SampleSizes): number {
  return (bins - 1) * (1 / reference + 1 / current);
}

/**
 * What the index of two samples of one distribution exceeds once in a hundred times: χ²(B − 1, 0.99)·(1/n + 1/m). No smaller drift
 * can be told from chance. 0 for a single bin.
 */
export function psiNoiseFloor({ bins, reference, current }: SampleSizes): number {
  if (bins < 2) return 0;
  return chiSquareUpperQuantile(NOISE_PROBABILITY, bins - 1) * (1 / reference + 1 / current);
}

/** The index less what it is on average without drift; may be below 0. Null where either side is empty. */
export function excessPsi(pair: CountsPair): number | null {
  const value = psi(pair);
  const checked = checkedPair(pair);
  if (value === null || checked === null) return null;
  const { referenceTotal: reference, currentTotal: current } = checked;
  return value - expectedPsi({ bins: pair.reference.length, reference, current });
}

function raised(counts: readonly number[]): number[] {
  return counts.map((count) => count + SMOOTHING);
}

/** {@link excessPsi} on the cells that effects are judged on. */
export const excessPsiMeasure = {
  name: 'excessPsi',
  description: 'Population stability index above what chance gives; 0.02 is worth a look, 0.1 is large.',
  measure: (feature) => excessPsi(effectBins(feature)),
} as const satisfies DriftMeasure;
