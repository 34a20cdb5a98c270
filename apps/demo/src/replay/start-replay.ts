import { dataSetFile, NOISE, type PlannedRecord, planReplay, rawRecord, readFlights } from '@pitwall/flights';
import type { OutboundRecord } from '@pitwall/messaging';
import { type ReplayStart, takeFlights } from '../flights/selection.js';
import type { DemoOptions } from '../options.js';
import type { Platform } from '../platform/platform.js';
import type { Pacer } from './pacer.js';
import { replay } from './replay.js';

/** A replay of flights into a platform. */
export interface FlightReplay {
  readonly platform: Pick<Platform, 'client' | 'pipeline'>;
  readonly options: Pick<DemoOptions, 'events' | 'toMs'>;
  readonly pacer: Pacer;
  readonly start: ReplayStart;
  readonly signal: AbortSignal;
  readonly onAcknowledged: (
    batch: readonly PlannedRecord[],
    recordOf: (planned: PlannedRecord) => OutboundRecord,
  ) => void;
  readonly print: (line: string) => void;
}

/** Reads, mixes in the noise and publishes; resolves when all is acknowledged or the signal came. */
export async function replayFlights({
  platform,
  options,
  pacer,
  start,
  signal,
  onAcknowledged,
  print,
}: FlightReplay): Promise<void> {
  const { client, pipeline } = platform;
  const flights = readFlights(dataSetFile(pipeline.folder), {
    fromIndex: start.readFromIndex,
    fromMs: start.fromMs,
    toMs: options.toMs ?? Infinity,
  });
  const chosen = takeFlights(flights, { startIndex: start.startIndex, count: options.events });
  const recordOf = (planned: PlannedRecord): OutboundRecord => rawRecord(planned.draft, pipeline);
  const publisher = await client.publisher();
  try {
    await replay({
      plan: planReplay(chosen, { ...NOISE, seed: start.seed }, start.startIndex),
      recordOf,
      publisher,
      pacer,
      signal,
      onAcknowledged: (batch) => onAcknowledged(batch, recordOf),
      onTrouble: (error) =>
        print(`Kafka did not take the events, trying again: ${error instanceof Error ? error.message : String(error)}`),
    });
  } finally {
    await publisher.close();
  }
}
