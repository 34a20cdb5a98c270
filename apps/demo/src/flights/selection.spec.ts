import type { Flight } from '@pitwall/flights';
import { DEFAULT_FROM_MS, replayStart, takeFlights } from './selection.js';

const nothingAsked = { fromMs: null, seed: null };
const progress = { pipeline: 'p', seed: 9, nextIndex: 1_000, eventTime: '2013-04-02T00:00:00.000Z' };

async function* flights(from: number, to: number): AsyncGenerator<Flight> {
  for (let index = from; index < to; index += 1) yield { index, id: '', eventTimeMs: 0, entity: '', text: '' };
}

describe('replayStart', () => {
  it('begins on the first of April in New York', () => {
    expect(replayStart(nothingAsked, null)).toMatchObject({ startIndex: 0, fromMs: DEFAULT_FROM_MS, seed: 1 });
    expect(new Date(DEFAULT_FROM_MS).toLocaleString('en-US', { timeZone: 'America/New_York' })).toBe(
      '4/1/2013, 12:00:00 AM',
    );
  });

  it('goes on after the last replayed event with the same noise, reading what duplicates may still come of', () => {
    expect(replayStart(nothingAsked, progress)).toEqual({
      startIndex: 1_000,
      readFromIndex: 800,
      fromMs: -Infinity,
      seed: 9,
      isContinued: true,
    });
  });

  it('begins anew where a start is asked for', () => {
    expect(replayStart({ fromMs: 5, seed: 3 }, progress)).toMatchObject({
      startIndex: 0,
      fromMs: 5,
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
