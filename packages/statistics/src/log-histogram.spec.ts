import fc from 'fast-check';
import { addCount } from './counts.js';
import { logBinOf, logQuantileOf, type LogHistogram } from './log-histogram.js';

describe('logQuantileOf', () => {
  it('is at most 1 % off the value at its rank', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 10_000_000 }), { minLength: 1 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, q) => {
          const histogram: LogHistogram = {};
          for (const value of values) addCount(histogram, logBinOf(value), 1);
          const exact = values.toSorted((a, b) => a - b)[Math.max(1, Math.ceil(q * values.length)) - 1] as number;
          const answer = logQuantileOf(histogram, q) as number;
          expect(Math.abs(answer - exact) / exact).toBeLessThanOrEqual(0.0101);
        },
      ),
    );
  });

  it('is null of nothing, and takes zero and negative values for the smallest', () => {
    expect(logQuantileOf({}, 0.5)).toBeNull();
    expect(logBinOf(-5)).toBe(logBinOf(0));
  });

  it.each([Number.NaN, Infinity, -Infinity])('has no bin for %d', (value) => {
    expect(() => logBinOf(value)).toThrow(RangeError);
  });
});
