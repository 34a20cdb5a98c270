import type { Outcome } from '@pitwall/messaging';
import { ATTR, counter, histogram, METRIC } from '@pitwall/telemetry';
import type { BatchScores } from '../model-pool/row-isolation.js';

const rowsPerRun = histogram(METRIC.modelBatchRows);
const duration = histogram(METRIC.modelBatchDuration);
const rows = counter(METRIC.modelRows);
const fallbacks = counter(METRIC.fallbackPredictions);

const MS_PER_S = 1_000;

/** Measures one run of the model. */
export function recordRun(pipeline: string, count: number, { failures, elapsedMs }: BatchScores): void {
  const attributes = { [ATTR.pipeline]: pipeline };
  rowsPerRun.record(count, attributes);
  duration.record(elapsedMs / MS_PER_S, attributes);
  rows.add(count - failures.size, { ...attributes, [ATTR.outcome]: 'done' });
  if (failures.size > 0) rows.add(failures.size, { ...attributes, [ATTR.outcome]: 'dead' });
}

/** Counts the predictions of a batch that say to take the fallback decision. */
export function recordFallback(pipeline: string, why: string, outcomes: readonly Outcome[]): void {
  const count = outcomes.filter(({ kind }) => kind === 'done').length;
  if (count > 0) fallbacks.add(count, { [ATTR.pipeline]: pipeline, [ATTR.fallback]: why });
}
