import { type Hop, HOPS } from '@pitwall/contracts';
import { inputAppendedAtOf, type Message } from '@pitwall/messaging';
import { ATTR, histogram, METRIC } from '@pitwall/telemetry';
import { countHop, countLatency, type WindowCounts } from './window-counts.js';

/**
 * What a record tells of how long its event took, milliseconds by the broker's clock: `event` from append of the raw record, the
 * others by hop. Negative where the clocks of two brokers run apart.
 */
export type Latencies = Partial<Readonly<Record<Hop | 'event', number>>>;

/** Of a record that tells nothing. */
export const NO_LATENCIES: Latencies = {};

type Appended = Pick<Message, 'record' | 'origin'>;

/** A prediction knows when its features were appended, and so how long both hops before it took. */
export function latenciesOfPrediction({ record, origin }: Appended): Latencies {
  const featuresAt = inputAppendedAtOf(record.headers);
  if (featuresAt === null) return NO_LATENCIES;
  return { features: featuresAt - origin.appendedAt, predictions: record.appendedAt - featuresAt };
}

/** A result ends the way of its event. */
export function latenciesOfResult({ record, origin }: Appended): Latencies {
  const event = record.appendedAt - origin.appendedAt;
  const predictionAt = inputAppendedAtOf(record.headers);
  return predictionAt === null ? { event } : { event, results: record.appendedAt - predictionAt };
}

/** An outcome comes long after its event: only its own hop counts. */
export function latenciesOfOutcome({ record }: Appended): Latencies {
  const inputAt = inputAppendedAtOf(record.headers);
  return inputAt === null ? NO_LATENCIES : { outcomes: record.appendedAt - inputAt };
}

/** Counts latencies into a window. */
export function countLatencies(into: WindowCounts, latencies: Latencies): void {
  if (latencies.event !== undefined) countLatency(into, latencies.event);
  for (const hop of HOPS) {
    const ms = latencies[hop];
    if (ms !== undefined) countHop(into, hop, ms);
  }
}

const eventLatency = histogram(METRIC.eventLatency);
const hopLatency = histogram(METRIC.hopLatency);
const MS_PER_SECOND = 1_000;

/** Shows the latencies of one pipeline in metrics. */
export class LatencyMetrics {
  private readonly ofEvent: Readonly<Record<string, string>>;
  private readonly ofHop: ReadonlyMap<Hop, Readonly<Record<string, string>>>;

  constructor(pipeline: string) {
    this.ofEvent = { [ATTR.pipeline]: pipeline };
    // Made once: there may be thousands of records a second.
    this.ofHop = new Map(HOPS.map((hop) => [hop, { ...this.ofEvent, [ATTR.hop]: hop }]));
  }

  record(latencies: Latencies): void {
    if (latencies.event !== undefined) eventLatency.record(inSeconds(latencies.event), this.ofEvent);
    for (const hop of HOPS) {
      const ms = latencies[hop];
      if (ms !== undefined) hopLatency.record(inSeconds(ms), this.ofHop.get(hop));
    }
  }
}

function inSeconds(ms: number): number {
  return Math.max(ms, 0) / MS_PER_SECOND;
}
