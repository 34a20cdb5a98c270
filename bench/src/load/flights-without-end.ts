import { dataSetFile, type Flight, readFlights } from '@pitwall/flights';

/** 1 April 2013, 00:00 in New York: the champion was trained on what comes before. */
const FIRST_MS = Date.parse('2013-04-01T04:00:00Z');

/** Flights of the data set in order, each with an id of its own. After the last one all of them come again, a year later. */
export async function* flightsWithoutEnd(pipelineFolder: string): AsyncGenerator<Flight, never> {
  const file = dataSetFile(pipelineFolder);
  for (let years = 0; ; years += 1) {
    const fromMs = years === 0 ? FIRST_MS : -Infinity;
    for await (const flight of readFlights(file, { fromIndex: 0, fromMs, toMs: Infinity })) {
      yield years === 0 ? flight : yearsLater(flight, years);
    }
  }
}

/** The same flight under another id, its event time moved; what the weather was and who flew stays. */
export function yearsLater(flight: Flight, years: number): Flight {
  const time = new Date(flight.eventTimeMs);
  time.setUTCFullYear(time.getUTCFullYear() + years);
  const id = `${flight.id}+${years}`;
  const fields = { ...(JSON.parse(flight.text) as object), flight_id: id, event_time: time.toISOString() };
  return {
    index: flight.index,
    id,
    eventTimeMs: time.getTime(),
    entity: flight.entity === flight.id ? id : flight.entity,
    text: JSON.stringify(fields),
  };
}

/** The next so many. */
export async function takeNext<T>(from: AsyncIterator<T, never>, count: number): Promise<T[]> {
  const taken: T[] = [];
  while (taken.length < count) taken.push((await from.next()).value);
  return taken;
}
