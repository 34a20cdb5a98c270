import { readFileSync } from 'node:fs';
import { normalQuantile } from '../special/normal-quantile.js';
import { meanInterval } from './mean-interval.js';
import { wilsonInterval } from './wilson.js';

const golden = JSON.parse(
  readFileSync(new URL('../../../../fixtures/statistics/intervals.json', import.meta.url), 'utf8'),
) as {
  wilson: { successes: number; n: number; confidence: number; interval: [number, number] }[];
  normalQuantile: [number, number][];
};

function expectClose(actual: number | undefined, expected: number): void {
  expect(Math.abs((actual as number) - expected)).toBeLessThanOrEqual(1e-8 * Math.abs(expected) + 1e-15);
}

describe('wilsonInterval', () => {
  it.each(golden.wilson)('of $successes of $n is golden', ({ successes, n, confidence, interval }) => {
    const actual = wilsonInterval(successes, n, confidence);
    expectClose(actual?.lower, interval[0]);
    expectClose(actual?.upper, interval[1]);
  });

  it('ends at 0 and 1, to the last bit, where none or all were seen', () => {
    for (let n = 1; n <= 200; n += 1) {
      expect(wilsonInterval(0, n, 0.95)?.lower).toBe(0);
      expect(wilsonInterval(n, n, 0.95)?.upper).toBe(1);
    }
  });

  it('is null of nothing', () => {
    expect(wilsonInterval(0, 0, 0.95)).toBeNull();
  });
});

describe('normalQuantile', () => {
  it.each(golden.normalQuantile)('of %d is %d', (p, expected) => {
    expectClose(normalQuantile(p), expected);
  });

  it('is infinite at the ends and NaN beyond', () => {
    expect([0, 1, -0.1, 1.1, Number.NaN].map(normalQuantile)).toEqual([-Infinity, Infinity, NaN, NaN, NaN]);
  });
});

describe('meanInterval', () => {
  it('is null of one value and without width for equal ones', () => {
    expect(meanInterval({ n: 1, sum: 3, sumOfSquares: 9 }, 0.95)).toBeNull();
    expect(meanInterval({ n: 4, sum: 12, sumOfSquares: 36 }, 0.95)).toEqual({ lower: 3, upper: 3 });
  });
});
