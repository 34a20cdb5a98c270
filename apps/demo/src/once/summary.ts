import type { TopicEvidence, Verdict } from '@pitwall/oracle';
import { percentileOfSorted } from '@pitwall/statistics';

/** Services that a whole trace goes through. */
const ON_THE_WAY = ['ingestion', 'inference', 'results', 'monitoring'] as const;

/** How many of the decisions that were sampled left one whole trace. */
export interface TraceSummary {
  readonly sampled: number;
  /** One trace through all four services. */
  readonly complete: number;
  /** Null where nothing was sampled. */
  readonly share: number | null;
}

/** How fast it went, from the broker's own time stamps. */
export interface Throughput {
  /** Raw records a second, from the first append to the last result or dead letter. */
  readonly eventsPerSecond: number;
  /** From append of a raw record to append of its result, milliseconds; null where nothing was decided. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}

/** The one line of `npm start -- --once`. */
export interface Summary extends Omit<Verdict, 'holds'>, Throughput {
  /** Different events among the sent records, poison aside. */
  readonly unique: number;
  readonly traces: TraceSummary | null;
  /** By process, children included; null where the system does not say. */
  readonly cpuSeconds: Readonly<Record<string, number | null>>;
  /** All of it, start and stop included. */
  readonly wallSeconds: number;
}

/** Counts whole traces among the sampled decisions. `servicesOf` says who took part in a trace. */
export function summarizeTraces(
  results: TopicEvidence['results'],
  servicesOf: (traceId: string) => ReadonlySet<string>,
): TraceSummary {
  const sampled = new Set([...results.values()].filter(({ isSampled }) => isSampled).map(({ traceId }) => traceId));
  const complete = [...sampled].filter((traceId) => {
    const services = servicesOf(traceId);
    return ON_THE_WAY.every((service) => services.has(service));
  }).length;
  return { sampled: sampled.size, complete, share: sampled.size === 0 ? null : complete / sampled.size };
}

/** Rates and latencies of first copies. */
export function measure({ raw, results, deadLetters }: TopicEvidence): Throughput {
  const latencies = Float64Array.from(results.values(), ({ latencyMs }) => latencyMs).toSorted();
  const first = raw.reduce((least, { appendedAt }) => Math.min(least, appendedAt), Infinity);
  const ends = [...results.values(), ...deadLetters.values()];
  const last = ends.reduce((most, { appendedAt }) => Math.max(most, appendedAt), -Infinity);
  const seconds = (last - first) / 1000;
  return {
    eventsPerSecond: seconds > 0 ? Math.round(raw.length / seconds) : 0,
    p50Ms: percentileOfSorted(latencies, 0.5),
    p99Ms: percentileOfSorted(latencies, 0.99),
  };
}
