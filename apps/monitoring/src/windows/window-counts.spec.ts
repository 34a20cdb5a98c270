import { HOPS, type Hop } from '@pitwall/contracts';
import fc from 'fast-check';
import {
  addCounts,
  countHop,
  countLatency,
  countScore,
  increment,
  noCounts,
  SCORE_BINS,
  windowStart,
  type WindowCounts,
} from './window-counts.js';

interface Sample {
  readonly score: number;
  readonly latency: number;
  readonly hop: Hop;
  readonly feature: string;
}

const samples = fc.array(
  fc.record({
    score: fc.double({ min: 0, max: 1, noNaN: true }),
    latency: fc.nat(100_000),
    hop: fc.constantFrom(...HOPS),
    feature: fc.constantFrom('a', 'b', '__proto__x'),
  }),
);

function count(list: readonly Sample[]): WindowCounts {
  const counts = noCounts();
  for (const sample of list) {
    countScore(counts, sample.score);
    countLatency(counts, sample.latency);
    countHop(counts, sample.hop, sample.latency);
    increment(counts.missing, sample.feature);
  }
  return counts;
}

describe('window counts', () => {
  it('are the same however the log is cut and in whichever order the parts are merged', () => {
    fc.assert(
      fc.property(samples, fc.nat(), (list, at) => {
        const cut = at % (list.length + 1);
        const merged = noCounts();
        addCounts(merged, count(list.slice(cut)));
        addCounts(merged, count(list.slice(0, cut)));
        expect(merged).toEqual(count(list));
      }),
    );
  });

  it.each([
    [0, 0],
    [0.049_999, 0],
    [0.05, 1],
    [0.999, SCORE_BINS - 1],
    [1, SCORE_BINS - 1],
  ])('put the score %d into bin %d', (score, bin) => {
    const counts = noCounts();
    countScore(counts, score);
    expect(counts.scores).toEqual({ [bin]: 1 });
  });
});

describe('windowStart', () => {
  it.each([
    [0, 0],
    [3_599_999, 0],
    [3_600_000, 3_600_000],
    [-1, -3_600_000],
  ])('puts %d into the window that begins at %d', (time, start) => {
    expect(windowStart(time, 3_600_000)).toBe(start);
  });
});
