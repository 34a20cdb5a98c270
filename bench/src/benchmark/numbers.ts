import { percentileOfSorted } from '@pitwall/statistics';
import type { ProcessCost } from './usage.js';

/** Percentiles of a latency, milliseconds, by nearest rank. */
export interface Latency {
  readonly count: number;
  readonly p50: number | null;
  readonly p99: number | null;
  readonly p999: number | null;
  readonly max: number | null;
}

/** What came of draining the topic. */
export interface DrainNumbers {
  readonly events: number;
  /** From the append of the first result to that of the last, by the broker's clock. */
  readonly seconds: number;
  readonly eventsPerSecond: number;
  /** From the moment at which ingestion was ready, until everything was read by everybody, monitoring included. */
  readonly wallSeconds: number;
}

/** What came of a steady rate. */
export interface PacedNumbers {
  readonly rate: number;
  readonly seconds: number;
  readonly events: number;
  /** From when the event was due to be sent: what was held up counts as waiting, and is not left out. */
  readonly fromDueMs: Latency;
  /** From the append of the raw event. */
  readonly fromAppendMs: Latency;
}

/** Everything that was measured. */
export interface BenchmarkNumbers {
  readonly drain: DrainNumbers;
  /** Null where the paced phase was left out. */
  readonly paced: PacedNumbers | null;
  /** Of the drain; start-up apart. */
  readonly processes: readonly ProcessCost[];
}

/** Percentiles of values in any order. */
export function latencyOf(values: readonly number[]): Latency {
  const sorted = Float64Array.from(values).toSorted();
  const at = (p: number): number | null => percentileOfSorted(sorted, p);
  return { count: values.length, p50: at(0.5), p99: at(0.99), p999: at(0.999), max: at(1) };
}

/** How fast results came, by their append times in any order. */
export function drainRate(appendedAt: readonly number[]): Pick<DrainNumbers, 'events' | 'seconds' | 'eventsPerSecond'> {
  const sorted = Float64Array.from(appendedAt).toSorted();
  const seconds = ((sorted.at(-1) ?? 0) - (sorted[0] ?? 0)) / 1000;
  return { events: sorted.length, seconds, eventsPerSecond: seconds > 0 ? sorted.length / seconds : 0 };
}
