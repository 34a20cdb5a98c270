import type { Flight } from '@pitwall/flights';
import { DEFAULT_FROM_MS, replayStart, takeFlights } from './selection.js';

const nothingAsked = { fromMs: null, seed: null };
const progress = {
  pipeline: 'p',
  seed: 9,
  from: '2013-04-01T04:00:00.000Z',
  next: { flight: 1_000, label: 700 },
  eventTime: '2013-04-09T00:00:00.000Z',
};

async function* flights(from: number, to: number): AsyncGenerator<Flight> {
  for (let index = from; index < to; index += 1) yield { index, id: '', eventTimeMs: 0, entity: '', text: '' };
}

describe('replayStart', () => {
  it('begins on the first of April in New York', () => {
    expect(replayStart(nothingAsked, null)).toEqual({
      fromMs: DEFAULT_FROM_MS,
      readFromMs: DEFAULT_FROM_MS,
      cursor: { flight: 0, label: 0 },
      seed: 1,
      isContinued: false,
    });
    expect(new Date(DEFAULT_FROM_MS).toLocaleString('en-US', { timeZone: 'America/New_York' })).toBe(
      '4/1/2013, 12:00:00 AM',
    );
  });

  it('goes on where the last replay stopped with the same noise, reading what labels and duplicates may still come of', () => {
    expect(replayStart(nothingAsked, progress)).toEqual({
      fromMs: Date.UTC(2013, 3, 1, 4),
      readFromMs: Date.UTC(2013, 3, 7),
      cursor: { flight: 1_000, label: 700 },
      seed: 9,
      isContinued: true,
    });
  });

  it('begins anew where a start is asked for', () => {
    expect(replayStart({ fromMs: 5, seed: 3 }, progress)).toEqual({
      fromMs: 5,
      readFromMs: 5,
      cursor: { flight: 0, label: 0 },
      seed: 3,
      isContinued: false,
    });
  });
});

describe('takeFlights', () => {
  const indexes = async (count: number | null): Promise<number[]> => {
    const taken: number[] = [];
    for await (const { index } of takeFlights(flights(90, 110), { startIndex: 100, count })) taken.push(index);
    return taken;
  };

  it('counts from the start and passes on what comes before it', async () => {
    expect(await indexes(2)).toEqual([90, 91, 92, 93, 94, 95, 96, 97, 98, 99, 100, 101]);
  });

  it('takes all where no count is given', async () => {
    expect(await indexes(null)).toHaveLength(20);
  });
});
