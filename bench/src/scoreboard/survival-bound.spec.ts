import { survivalBound } from './survival-bound.js';

describe('survivalBound', () => {
  it('is about three in n where nothing failed', () => {
    expect(survivalBound({ trials: 300, failures: 0 })).toBeCloseTo(1 - 0.05 ** (1 / 300), 12);
    expect(survivalBound({ trials: 1, failures: 0 })).toBeCloseTo(0.95, 12);
  });

  it.each([
    // Upper limits of Clopper and Pearson, computed with whole binomial coefficients.
    [1, 10, 0.394_163_3],
    [2, 50, 0.120_614_2],
    [5, 20, 0.455_582_4],
  ])('with %i of %i failed', (failures, trials, expected) => {
    expect(survivalBound({ trials, failures })).toBeCloseTo(expected, 4);
  });

  it('is 1 where nothing was survived, or nothing tried', () => {
    expect(survivalBound({ trials: 0, failures: 0 })).toBe(1);
    expect(survivalBound({ trials: 3, failures: 3 })).toBe(1);
  });
});
