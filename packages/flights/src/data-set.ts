import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { createBrotliDecompress } from 'node:zlib';
import { PitwallError } from '@pitwall/contracts';
import { type Flight, flightSchema, type FlightSelection } from './flight.js';
import { type Label, labelSchema } from './label.js';

/** Where a pipeline folder keeps its events: NDJSON in the order of event time, packed with brotli. */
export function dataSetFile(pipelineFolder: string): string {
  return join(pipelineFolder, 'data', 'flights.ndjson.br');
}

/** Where it keeps their labels: NDJSON in the order in which they became known, packed with brotli. */
export function labelsFile(pipelineFolder: string): string {
  return join(pipelineFolder, 'data', 'labels.ndjson.br');
}

/**
 * Reads flights in order, as a stream. Stops at the first event time that is not before `toMs`.
 *
 * @throws PitwallError `invalid_data_set` naming the line that is no flight
 */
export async function* readFlights(file: string, selection: FlightSelection): AsyncGenerator<Flight> {
  let index = -1;
  for await (const line of linesOf(unpacked(file))) {
    index += 1;
    if (index < selection.fromIndex || isSurelyBefore(line, EVENT_TIME, selection.fromMs)) continue;
    const flight = flightOf(line, index, file);
    if (flight.eventTimeMs < selection.fromMs) continue;
    if (flight.eventTimeMs >= selection.toMs) return;
    yield flight;
  }
}

/**
 * Reads labels in order, as a stream, beginning with the first that became known at `fromMs` or later.
 *
 * @throws PitwallError `invalid_data_set` naming the line that is no label
 */
export async function* readLabels(file: string, { fromMs }: Pick<FlightSelection, 'fromMs'>): AsyncGenerator<Label> {
  let index = -1;
  for await (const line of linesOf(unpacked(file))) {
    index += 1;
    if (isSurelyBefore(line, KNOWN_TIME, fromMs)) continue;
    const label = labelOf(line, index, file);
    if (label.knownMs >= fromMs) yield label;
  }
}

function unpacked(file: string): Readable {
  const source = createReadStream(file);
  const text = createBrotliDecompress();
  source.once('error', (error) => text.destroy(error));
  return source.pipe(text);
}

async function* linesOf(stream: Readable): AsyncGenerator<string> {
  stream.setEncoding('utf8');
  let rest = '';
  for await (const chunk of stream as AsyncIterable<string>) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}

const EVENT_TIME = /"event_time":"([^"]+)"/;
const KNOWN_TIME = /"known_time":"([^"]+)"/;

/** Skips a quarter of a year without parsing it; what it cannot tell is parsed. */
function isSurelyBefore(line: string, time: RegExp, ms: number): boolean {
  const text = time.exec(line)?.[1];
  return text !== undefined && Date.parse(text) < ms;
}

function flightOf(line: string, index: number, file: string): Flight {
  try {
    const { flight_id: id, event_time: eventTime, tailnum } = flightSchema.parse(JSON.parse(line));
    return { index, id, eventTimeMs: Date.parse(eventTime), entity: tailnum ?? id, text: line };
  } catch (error) {
    throw invalidLine(`Line ${index + 1} of ${file} is no flight with flight_id, event_time and tailnum.`, error);
  }
}

function labelOf(line: string, index: number, file: string): Label {
  try {
    const { flight_id: flightId, known_time: knownTime, late } = labelSchema.parse(JSON.parse(line));
    return { index, flightId, knownMs: Date.parse(knownTime), isLate: late };
  } catch (error) {
    throw invalidLine(`Line ${index + 1} of ${file} is no label with flight_id, known_time and late.`, error);
  }
}

function invalidLine(message: string, cause: unknown): PitwallError {
  return new PitwallError(message, { code: 'invalid_data_set', cause });
}
