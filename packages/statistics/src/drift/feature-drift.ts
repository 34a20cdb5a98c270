import { chiSquareContingency } from '../tests/chi-square.js';
import { kolmogorovSmirnov } from '../tests/kolmogorov-smirnov.js';
import { checkedPair } from './counts-pair.js';
import type { FeatureCounts } from './drift-measure.js';
import { effectBins } from './effect-bins.js';
import { excessPsi, psiNoiseFloor } from './psi.js';

/** What one window says of one feature. */
export type FeatureDrift =
  | {
      /** Chance alone would exceed the practical floor: this is not "no drift". */
      readonly kind: 'not_enough_data';
      /** Null where a side is empty. */
      readonly noiseFloor: number | null;
    }
  | {
      readonly kind: 'measured';
      /** That the two are samples of one distribution; to be adjusted over the features of the window. */
      readonly p: number;
      /** How large the drift is, in {@link excessPsi}. */
      readonly effect: number;
      readonly noiseFloor: number;
    };

/**
 * Tests one feature of one window against its reference. Numeric: Kolmogorov-Smirnov on all bins and χ² on 10 merged ones, p = the
 * smaller one twice (Bonferroni), at most 1. Categorical: χ². `practicalFloor` is the smallest effect worth an alarm, in PSI.
 */
export function featureDrift(feature: FeatureCounts, practicalFloor: number): FeatureDrift {
  const bins = effectBins(feature);
  const checked = checkedPair(bins);
  const effect = excessPsi(bins);
  if (checked === null || effect === null) return { kind: 'not_enough_data', noiseFloor: null };
  const { referenceTotal: reference, currentTotal: current } = checked;
  const noiseFloor = psiNoiseFloor({ bins: bins.reference.length, reference, current });
  if (noiseFloor > practicalFloor) return { kind: 'not_enough_data', noiseFloor };
  return { kind: 'measured', p: pValueOf(feature), effect, noiseFloor };
}

function pValueOf(feature: FeatureCounts): number {
  // One cell alone cannot differ.
  const chiSquare = chiSquareContingency(effectBins(feature))?.p ?? 1;
  if (feature.numeric === null) return chiSquare;
  const kolmogorov = kolmogorovSmirnov(feature)?.p ?? 1;
  return Math.min(1, 2 * Math.min(chiSquare, kolmogorov));
}
