import { ATTR, counter, histogram, METRIC } from '@pitwall/telemetry';
import type { BatchScores } from '../model-pool/row-isolation.js';

const rowsPerRun = histogram(METRIC.modelBatchRows);
const duration = histogram(METRIC.modelBatchDuration);
const rows = counter(METRIC.modelRows);

const MS_PER_S = 1_000;

/** Measures one run of the model. */
export function recordRun(pipeline: string, count: number, { failures, elapsedMs }: BatchScores): void {
  const attributes = { [ATTR.pipeline]: pipeline };
  rowsPerRun.record(count, attributes);
  duration.record(elapsedMs / MS_PER_S, attributes);
  rows.add(count - failures.size, { ...attributes, [ATTR.outcome]: 'done' });
  if (failures.size > 0) rows.add(failures.size, { ...attributes, [ATTR.outcome]: 'dead' });
}
