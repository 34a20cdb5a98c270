import type { DriftMeasure } from './drift-measure.js';
import { jsDistanceMeasure } from './js-distance.js';
import { excessPsiMeasure } from './psi.js';
import { wassersteinMeasure } from './wasserstein.js';

/** The measures of drift, in the order in which they are shown. The first decides, the others inform. */
export const DRIFT_MEASURES = [
  excessPsiMeasure,
  jsDistanceMeasure,
  wassersteinMeasure,
] as const satisfies readonly DriftMeasure[];

/** Name of one of the {@link DRIFT_MEASURES}. */
export type DriftMeasureName = (typeof DRIFT_MEASURES)[number]['name'];
