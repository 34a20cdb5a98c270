import { type Attributes, metrics, type ObservableCallback } from '@opentelemetry/api';
import type { MetricSpec } from './metric-spec.js';

/** The meter and tracer scope of everything that Pitwall measures itself. */
export const SCOPE = '@pitwall/telemetry';

/** Counts something; never goes down. */
export interface CounterInstrument {
  add(value: number, attributes?: Attributes): void;
}

/** Takes single observations, e.g. durations in seconds. */
export interface ValueInstrument {
  record(value: number, attributes?: Attributes): void;
}

/** A metric of one kind, so that a gauge cannot be counted. */
type MetricOfKind<Kind extends MetricSpec['kind']> = MetricSpec & { readonly kind: Kind };

let generation = 0;

/** Instruments made from now on belong to the meter provider that is registered now. Called when telemetry starts or stops. */
export function renewInstruments(): void {
  generation += 1;
}

/**
 * A counter by its line in `METRIC`. It may be made at any time, also before telemetry is started: it is bound at its first
 * use, and bound again when telemetry was started anew. Before that it counts nothing.
 *
 * @example
 * const deadLetters = counter(METRIC.deadLetters);
 * deadLetters.add(3, { [ATTR.pipeline]: 'flight-delay' });
 */
export function counter(metric: MetricOfKind<'counter'>): CounterInstrument {
  const bound = bind(() => metrics.getMeter(SCOPE).createCounter(metric.name, optionsOf(metric)));
  return { add: (value, attributes) => bound().add(value, attributes) };
}

/** A histogram by its line in `METRIC`; see {@link counter}. */
export function histogram(metric: MetricOfKind<'histogram'>): ValueInstrument {
  const bound = bind(() =>
    metrics.getMeter(SCOPE).createHistogram(metric.name, {
      ...optionsOf(metric),
      ...(metric.buckets === undefined ? {} : { advice: { explicitBucketBoundaries: [...metric.buckets] } }),
    }),
  );
  return { record: (value, attributes) => bound().record(value, attributes) };
}

/** A gauge by its line in `METRIC`: the last recorded value holds; see {@link counter}. */
export function gauge(metric: MetricOfKind<'gauge'>): ValueInstrument {
  const bound = bind(() => metrics.getMeter(SCOPE).createGauge(metric.name, optionsOf(metric)));
  return { record: (value, attributes) => bound().record(value, attributes) };
}

/**
 * Reads a value whenever metrics are read. Unlike the others it is bound at once: call it after telemetry is started.
 * Returns what ends the reading.
 */
export function observe(metric: MetricOfKind<'counter' | 'gauge'>, callback: ObservableCallback): () => void {
  const meter = metrics.getMeter(SCOPE);
  const observable =
    metric.kind === 'counter'
      ? meter.createObservableCounter(metric.name, optionsOf(metric))
      : meter.createObservableGauge(metric.name, optionsOf(metric));
  observable.addCallback(callback);
  return () => {
    observable.removeCallback(callback);
  };
}

function optionsOf(metric: MetricSpec): { unit: string; description: string } {
  return { unit: metric.unit, description: metric.description };
}

function bind<Instrument>(create: () => Instrument): () => Instrument {
  let instrument: Instrument;
  let boundTo = -1;
  return () => {
    if (boundTo !== generation) {
      instrument = create();
      boundTo = generation;
    }
    return instrument;
  };
}
