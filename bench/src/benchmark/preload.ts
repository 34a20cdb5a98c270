import { draftOf, type Flight, rawRecord } from '@pitwall/flights';
import type { Publisher } from '@pitwall/messaging';
import type { PipelineDefinition } from '@pitwall/pipeline';
import { takeNext } from '../load/flights-without-end.js';

/** What to put on the events topic. */
export interface Preload {
  readonly flights: AsyncIterator<Flight, never>;
  readonly count: number;
  readonly pipeline: PipelineDefinition;
  readonly publisher: Publisher;
  readonly signal: AbortSignal;
  readonly print: (line: string) => void;
}

const BATCH_RECORDS = 2_000;
const SAY_EVERY_MS = 5_000;

/** Puts events on the topic, all of them acknowledged when it resolves. Stops early after the signal. */
export async function preload({ flights, count, pipeline, publisher, signal, print }: Preload): Promise<void> {
  const from = performance.now();
  let saidAt = from;
  for (let sent = 0; sent < count && !signal.aborted;) {
    const batch = await takeNext(flights, Math.min(BATCH_RECORDS, count - sent));
    await publisher.send(batch.map((flight) => rawRecord(draftOf(flight), pipeline)));
    sent += batch.length;
    if (performance.now() - saidAt < SAY_EVERY_MS) continue;
    saidAt = performance.now();
    print(`Preloaded ${sent} of ${count} events…`);
  }
  print(`Preloaded ${count} events in ${((performance.now() - from) / 1000).toFixed(1)} s.`);
}
