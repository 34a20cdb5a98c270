import { ATTR, counter, histogram, METRIC } from '@pitwall/telemetry';
import type { Outcome } from './outcome.js';

const outcomes = counter(METRIC.outcomes);
const labelDelay = histogram(METRIC.labelDelay);

const MS_PER_SECOND = 1000;

/** Counts outcomes that were made: each once, however often it is published. */
export function measureOutcomes(pipeline: string, made: readonly Outcome[]): void {
  const correct = made.filter((outcome) => outcome.correct).length;
  if (correct > 0) outcomes.add(correct, { [ATTR.pipeline]: pipeline, [ATTR.correct]: true });
  if (made.length > correct) outcomes.add(made.length - correct, { [ATTR.pipeline]: pipeline, [ATTR.correct]: false });
  for (const { labelDelayMs } of made) {
    labelDelay.record(Math.max(labelDelayMs, 0) / MS_PER_SECOND, { [ATTR.pipeline]: pipeline });
  }
}
