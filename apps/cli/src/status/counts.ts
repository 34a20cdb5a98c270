import { ATTR, METRIC } from '@pitwall/telemetry';
import { labelOf, samplesOf, sumOf } from './metrics-text.js';
import type { ServiceName, ServiceStatus } from './services.js';

/** What has become of records since the services were started, as they count it. */
export interface Counts {
  /** Null where results does not say. */
  readonly decided: number | null;
  /** Records of an identity that was decided before, with the same content. */
  readonly duplicates: number | null;
  /** By reason code, of all stages that answer. */
  readonly deadLetters: Readonly<Record<string, number>>;
  /** Seconds since results was started. */
  readonly sinceSeconds: number | null;
}

/** Counts of one pipeline. */
export function countsOf(services: readonly ServiceStatus[], pipeline: string): Counts {
  const results = services.find(({ name }) => name === ('results' satisfies ServiceName));
  const settled = (settlement: string): number | null =>
    results === undefined || results.state === 'unreachable'
      ? null
      : sumOf(results.samples, METRIC.decisions, { [ATTR.pipeline]: pipeline, [ATTR.settlement]: settlement });
  return {
    decided: settled('inserted'),
    duplicates: settled('duplicate'),
    deadLetters: deadLettersOf(services, pipeline),
    sinceSeconds: results?.uptimeSeconds ?? null,
  };
}

function deadLettersOf(services: readonly ServiceStatus[], pipeline: string): Record<string, number> {
  const byReason = new Map<string, number>();
  for (const { samples } of services) {
    for (const sample of samplesOf(samples, METRIC.deadLetters, { [ATTR.pipeline]: pipeline })) {
      const reason = labelOf(sample, ATTR.deadLetterReason);
      byReason.set(reason, (byReason.get(reason) ?? 0) + sample.value);
    }
  }
  return Object.fromEntries([...byReason].toSorted(([, one], [, other]) => other - one));
}
