export { addCount, addCounts, type Counts } from './counts.js';
export type { Interval } from './intervals/interval.js';
export { meanInterval, type Moments } from './intervals/mean-interval.js';
export { wilsonInterval } from './intervals/wilson.js';
export { logBinOf, logQuantileOf, type LogHistogram } from './log-histogram.js';
export { countLabelled, countPrediction, LOG_LOSS_CLIP, uncountLabelled } from './performance/count-labelled.js';
export type { Estimate } from './performance/estimate.js';
export { CALIBRATION_GROUPS, reliabilityCurve } from './performance/figures/calibration-error.js';
export type { Figure } from './performance/figures/figure.js';
export { FIGURES, performanceFigures, type FigureName } from './performance/figures/index.js';
export type { LabelledDecision } from './performance/labelled-decision.js';
export { performanceCells } from './performance/performance-cells.js';
export { percentileOfSorted } from './percentile.js';
export {
  addPerformance,
  noPerformance,
  type PerformanceState,
  type PerformanceSum,
  type PerformanceTotal,
} from './performance/performance-state.js';
export { calibrationCurve, calibrationError, type CalibrationGroup } from './scores/calibration.js';
export { rocAuc, rocAucInterval, type RocAuc } from './scores/roc-auc.js';
export { cellsOf, type ScoreCell } from './scores/score-cell.js';
export { SCORE_GRID_BINS, scoreBinEdge, scoreBinOf } from './scores/score-grid.js';
export { normalQuantile } from './special/normal-quantile.js';
export { DRIFT_MEASURES, type DriftMeasureName } from './drift/index.js';
export { mergeBins, type CountsPair } from './drift/counts-pair.js';
export type { DriftMeasure, FeatureCounts } from './drift/drift-measure.js';
export { featureDrift, type FeatureDrift } from './drift/feature-drift.js';
export { jsDistance } from './drift/js-distance.js';
export { excessPsi, expectedPsi, psi, psiNoiseFloor, type SampleSizes } from './drift/psi.js';
export { wassersteinDistance } from './drift/wasserstein.js';
export { confidenceHalfWidth, type ConfidenceSequence } from './gates/confidence-sequence.js';
export { averagePrecision } from './scores/average-precision.js';
export { isotonicAt, isotonicFit, type IsotonicCurve, type WeightedPoint } from './scores/isotonic.js';
export { chiSquareSf, chiSquareUpperQuantile } from './special/chi-square.js';
export { kolmogorovSf } from './special/kolmogorov-sf.js';
export { normalSf } from './special/normal-sf.js';
export { chiSquareContingency, chiSquareGoodness, type ChiSquare } from './tests/chi-square.js';
export { kolmogorovSmirnov, type KolmogorovSmirnov } from './tests/kolmogorov-smirnov.js';
export { benjaminiHochberg, holm } from './tests/multiple-testing.js';
export { proportionDifference, type HitCount } from './tests/proportion-difference.js';
