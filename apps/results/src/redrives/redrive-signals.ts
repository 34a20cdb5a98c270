import { ATTR, counter, METRIC } from '@pitwall/telemetry';
import type { ChunkRecord } from './redrive-chunks.repository.js';

const redriven = counter(METRIC.deadLettersRedriven);
const repeats = counter(METRIC.redriveRepeats);

/** Counts records that were sent; `noted` holds the positions of those that were not known to be sent before. */
export function measureRedriven(pipeline: string, records: readonly ChunkRecord[], noted: ReadonlySet<number>): void {
  for (const [topic, sent] of Map.groupBy(records, ({ topic: to }) => to)) {
    const labels = { [ATTR.pipeline]: pipeline, [ATTR.topic]: topic };
    const first = sent.filter(({ position }) => noted.has(position)).length;
    const repeated = sent.filter(({ earlierSends }) => earlierSends > 0).length;
    if (first > 0) redriven.add(first, labels);
    if (repeated > 0) repeats.add(repeated, labels);
  }
}
