import type { Estimate } from '../estimate.js';
import type { PerformanceState } from '../performance-state.js';
import { accuracy } from './accuracy.js';
import { brier } from './brier.js';
import { calibrationError } from './calibration-error.js';
import { calibrationGap } from './calibration-gap.js';
import { coverage } from './coverage.js';
import { f1 } from './f1.js';
import type { Figure } from './figure.js';
import { logLoss } from './log-loss.js';
import { meanScore } from './mean-score.js';
import { observedShare } from './observed-share.js';
import { precision } from './precision.js';
import { recall } from './recall.js';
import { rocAuc } from './roc-auc.js';
import { valuePer1000 } from './value-per-1000.js';

/** The figures of performance. One file each; the order is that in which they are shown. */
export const FIGURES = [
  coverage,
  accuracy,
  precision,
  recall,
  f1,
  rocAuc,
  logLoss,
  brier,
  calibrationError,
  calibrationGap,
  meanScore,
  observedShare,
  valuePer1000,
] as const satisfies readonly Figure[];

/** Name of one of the {@link FIGURES}. */
export type FigureName = (typeof FIGURES)[number]['name'];

/** All figures of a state; `confidence` of their intervals lies between 0 and 1 (RangeError otherwise). */
export function performanceFigures(state: PerformanceState, confidence = 0.95): Record<FigureName, Estimate> {
  return Object.fromEntries(FIGURES.map((figure) => [figure.name, figure.estimate(state, confidence)])) as Record<
    FigureName,
    Estimate
  >;
}
