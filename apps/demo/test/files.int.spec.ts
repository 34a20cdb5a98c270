import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import {
  dataSetFile,
  type Flight,
  type FlightSelection,
  type Label,
  labelsFile,
  LOOK_BACK_MS,
  readFlights,
  readLabels,
} from '@pitwall/flights';
import { cpuSecondsOf } from '@pitwall/platform';
import { DEFAULT_FROM_MS } from '../src/flights/selection.js';
import { readProgress, writeProgress } from '../src/replay/progress.js';

const PIPELINE = fileURLToPath(new URL('../../../pipelines/flight-delay', import.meta.url));
const EVERYTHING: FlightSelection = { fromIndex: 0, fromMs: -Infinity, toMs: Infinity };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pitwall-demo-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const read = async (file: string, selection: FlightSelection, atMost = Infinity): Promise<Flight[]> => {
  const flights: Flight[] = [];
  for await (const flight of readFlights(file, selection)) if (flights.push(flight) >= atMost) break;
  return flights;
};

describe('the data set', () => {
  it('begins in April with the first departure of New York that the champion has not seen', async () => {
    const [first] = await read(dataSetFile(PIPELINE), { ...EVERYTHING, fromMs: DEFAULT_FROM_MS }, 1);
    expect(first).toMatchObject({ id: '2013-04-01_US1843_EWR_0500', eventTimeMs: Date.UTC(2013, 3, 1, 8) });
  });

  it('is in the order of event time', async () => {
    const flights = await read(dataSetFile(PIPELINE), EVERYTHING, 20_000);
    const times = flights.map(({ eventTimeMs }) => eventTimeMs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(flights.map(({ index }) => index)).toEqual(flights.map((_, index) => index));
  });

  it('falls back to the flight where the aircraft is unknown', async () => {
    const flights = await read(dataSetFile(PIPELINE), EVERYTHING, 20_000);
    const unknown = flights.filter(({ text }) => text.includes('"tailnum":null'));
    expect(unknown.length).toBeGreaterThan(0);
    expect(unknown.map(({ entity }) => entity)).toEqual(unknown.map(({ id }) => id));
  });

  const flightAt = (hour: number): string =>
    JSON.stringify({ flight_id: `f${hour}`, event_time: `2013-04-01T0${hour}:00:00Z`, tailnum: null });

  it.each([
    [{}, ['f1', 'f2', 'f3']],
    [{ fromMs: Date.UTC(2013, 3, 1, 2) }, ['f2', 'f3']],
    [{ toMs: Date.UTC(2013, 3, 1, 2) }, ['f1']],
    [{ fromIndex: 2 }, ['f3']],
  ])('selects %j', async (selection, expected) => {
    const file = join(folder, 'flights.br');
    writeFileSync(file, brotliCompressSync(Buffer.from([1, 2, 3].map(flightAt).join('\n'))));
    const flights = await read(file, { ...EVERYTHING, ...selection });
    expect(flights.map(({ id }) => id)).toEqual(expected);
  });

  it('names the line that is no flight', async () => {
    const file = join(folder, 'flights.br');
    writeFileSync(file, brotliCompressSync(Buffer.from(`${flightAt(1)}\n{"flight_id": 7}\n`)));
    await expect(read(file, EVERYTHING)).rejects.toThrow('Line 2 of ');
  });

  it('rejects where there is no file', async () => {
    await expect(read(join(folder, 'none.br'), EVERYTHING)).rejects.toThrow('ENOENT');
  });
});

describe('the labels of the data set', () => {
  const labels: Label[] = [];
  beforeAll(async () => {
    for await (const label of readLabels(labelsFile(PIPELINE), { fromMs: -Infinity })) labels.push(label);
  });

  it('are in the order in which they became known', () => {
    const times = labels.map(({ knownMs }) => knownMs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(labels.map(({ index }) => index)).toEqual(labels.map((_, index) => index));
  });

  it('come for every flight, after it, and before a replay that goes on has to look back further', async () => {
    const flights = await read(dataSetFile(PIPELINE), EVERYTHING);
    const known = new Map(labels.map((label) => [label.flightId, label]));
    const delays = flights.flatMap(({ id, eventTimeMs }) => {
      const label = known.get(id);
      return label === undefined || label.isLate === null ? [] : [label.knownMs - eventTimeMs];
    });
    expect(known.size).toBe(flights.length);
    expect(delays.length / flights.length).toBeCloseTo(0.972, 3);
    const [least, most] = delays.reduce(([low, high], ms) => [Math.min(low, ms), Math.max(high, ms)], [Infinity, 0]);
    expect(least).toBeGreaterThan(3_600_000);
    expect(most).toBeLessThan(LOOK_BACK_MS - 6 * 3_600_000);
  });

  it('can be read from a time on', async () => {
    const from = Date.UTC(2013, 3, 1, 12);
    let first: Label | undefined;
    for await (const label of readLabels(labelsFile(PIPELINE), { fromMs: from })) {
      first = label;
      break;
    }
    expect(first).toEqual(labels.find(({ knownMs }) => knownMs >= from));
  });

  it('name the line that is no label', async () => {
    const file = join(folder, 'labels.br');
    writeFileSync(file, brotliCompressSync(Buffer.from('{"flight_id":"f","known_time":"soon","late":true}\n')));
    await expect(readLabels(file, { fromMs: 0 }).next()).rejects.toThrow('Line 1 of ');
  });
});

describe('the progress of a replay', () => {
  const progress = {
    pipeline: 'p',
    seed: 1,
    from: '2013-04-01T00:00:00.000Z',
    next: { flight: 5, label: 3 },
    eventTime: '2013-04-01T05:00:00.000Z',
  };

  it('is read as it was written last', () => {
    expect(readProgress(folder)).toBeNull();
    writeProgress(folder, progress);
    const later = { ...progress, next: { flight: 6, label: 3 } };
    writeProgress(folder, later);
    expect(readProgress(folder)).toEqual(later);
  });

  it('is refused when it is something else', () => {
    writeFileSync(join(folder, 'replay.json'), '{}');
    expect(() => readProgress(folder)).toThrow('Delete it to begin at the start');
  });
});

describe('CPU time', () => {
  it('of this process grows with work, where the system says', () => {
    const before = cpuSecondsOf(process.pid) ?? 0;
    const until = performance.now() + 100;
    while (performance.now() < until) Math.sqrt(until);
    const after = cpuSecondsOf(process.pid);
    expect(after === null).toBe(process.platform !== 'linux');
    expect(after ?? Infinity).toBeGreaterThan(before);
  });

  it('of nobody is not known', () => {
    expect(cpuSecondsOf(2 ** 30)).toBeNull();
  });
});
