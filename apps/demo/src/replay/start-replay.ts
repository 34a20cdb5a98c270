import { defaultSource } from '@pitwall/contracts';
import {
  dataSetFile,
  feedbackRecord,
  LABEL_NOISE,
  labelsFile,
  NOISE,
  planTurns,
  rawRecord,
  readFlights,
  readLabels,
  type Turn,
  type TurnOptions,
} from '@pitwall/flights';
import type { OutboundRecord } from '@pitwall/messaging';
import type { PipelineDefinition } from '@pitwall/pipeline';
import { type ReplayStart, takeFlights } from '../flights/selection.js';
import type { DemoOptions } from '../options.js';
import type { Platform } from '../platform/platform.js';
import type { Pacer } from './pacer.js';
import { type OutboundTurn, replay } from './replay.js';

/** A replay of flights and their labels into a platform. */
export interface FlightReplay {
  readonly platform: Pick<Platform, 'client' | 'pipeline'>;
  readonly options: Pick<DemoOptions, 'events' | 'toMs'>;
  readonly pacer: Pacer;
  readonly start: ReplayStart;
  readonly labelsAfterEnd: TurnOptions['labelsAfterEnd'];
  readonly signal: AbortSignal;
  readonly onAcknowledged: (batch: readonly OutboundTurn[]) => void;
  readonly print: (line: string) => void;
}

/** Reads, mixes in the noise and publishes; resolves when all is acknowledged or the signal came. */
export async function replayFlights(flightReplay: FlightReplay): Promise<void> {
  const { platform, pacer, signal, onAcknowledged, print } = flightReplay;
  const { client, pipeline } = platform;
  const publisher = await client.publisher();
  try {
    await replay({
      plan: planOf(flightReplay),
      recordsOf: (turn) => recordsOf(turn, pipeline),
      publisher,
      pacer,
      signal,
      onAcknowledged,
      onTrouble: (error) =>
        print(`Kafka did not take the events, trying again: ${error instanceof Error ? error.message : String(error)}`),
    });
  } finally {
    await publisher.close();
  }
}

function planOf({ platform, options, start, labelsAfterEnd }: FlightReplay): AsyncGenerator<Turn> {
  const { name, folder } = platform.pipeline;
  const { seed, cursor, readFromMs } = start;
  const flights = readFlights(dataSetFile(folder), {
    fromIndex: 0,
    fromMs: Math.max(start.fromMs, readFromMs),
    toMs: options.toMs ?? Infinity,
  });
  const sources = {
    flights: takeFlights(flights, { startIndex: cursor.flight, count: options.events }),
    labels: readLabels(labelsFile(folder), { fromMs: readFromMs }),
  };
  const noise = { ...NOISE, ...LABEL_NOISE, seed };
  return planTurns(sources, { noise, source: defaultSource(name), start: cursor, labelsAfterEnd });
}

function recordsOf({ events, feedback }: Turn, pipeline: PipelineDefinition): readonly OutboundRecord[] {
  return [
    ...events.map(({ draft }) => rawRecord(draft, pipeline)),
    ...feedback.map((planned) => feedbackRecord(planned, pipeline)),
  ];
}
