import { percentileOfSorted } from './percentile.js';

describe('percentileOfSorted', () => {
  it.each([
    [0, 1],
    [0.25, 1],
    [0.26, 2],
    [0.5, 2],
    [0.99, 4],
    [1, 4],
  ])('takes the value at the nearest rank: p = %d is %d', (p, value) => {
    expect(percentileOfSorted([1, 2, 3, 4], p)).toBe(value);
  });

  it('has nothing to say of no values', () => {
    expect(percentileOfSorted([], 0.5)).toBeNull();
  });
});
