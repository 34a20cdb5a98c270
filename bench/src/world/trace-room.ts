import { startTraceReceiver, type TraceReceiver } from '@pitwall/otlp-receiver';

/**
 * Room for every span of a run. At 200 events a second and up to ten spans each a minute of the smoke profile, which samples all,
 * is some 12,000 traces of decisions, 120 MB, and as many again of one span for each batch that was received. The full profile
 * lasts ten times as long and samples a tenth. A record that comes again while a server is away leaves a span each time.
 */
const ROOM = { maxTraces: 200_000, maxSpansPerTrace: 1_000 };

/** Receives the spans of the services, over a link that no fault touches. */
export function openTraceRoom(): Promise<TraceReceiver> {
  return startTraceReceiver({ port: 0, ...ROOM });
}
