import { readFileSync } from 'node:fs';
import { confidenceHalfWidth, type ConfidenceSequence } from './confidence-sequence.js';

const { confidenceSequence: golden } = JSON.parse(
  readFileSync(new URL('../../../../fixtures/statistics/drift.json', import.meta.url), 'utf8'),
) as {
  confidenceSequence: (Omit<ConfidenceSequence, 'sides'> & { readonly sides: 1 | 2; readonly halfWidth: number })[];
};

/** Park and Miller: the same draws in every run. */
function generator(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

type Bound = (n: number, variance: number) => number;

/** Share of 300 runs without any effect in which the mean is ever beyond its bound, looked at 100 times up to the 2,000th value. */
function everBeyond(boundOf: Bound, isBeyond: (mean: number, bound: number) => boolean): number {
  const random = generator(7);
  const runs = Array.from({ length: 300 }, () => {
    let sum = 0;
    let squares = 0;
    let hasBeen = false;
    for (let n = 1; n <= 2000; n += 1) {
      const value = random() - 0.5;
      sum += value;
      squares += value * value;
      if (n % 20 === 0) hasBeen ||= isBeyond(sum / n, boundOf(n, squares / n - (sum / n) ** 2));
    }
    return hasBeen;
  });
  return runs.filter(Boolean).length / runs.length;
}

describe('confidenceHalfWidth', () => {
  it.each(golden)(
    'after $n values of variance $variance, $sides-sided, is $halfWidth',
    ({ sides, halfWidth, ...rest }) => {
      const actual = confidenceHalfWidth({ ...rest, sides: sides === 1 ? 'one' : 'two' });
      expect(Math.abs(actual - halfWidth)).toBeLessThanOrEqual(1e-8 * halfWidth);
    },
  );

  it('keeps its promise over 100 looks on either side', () => {
    const bound = (n: number, variance: number): number =>
      confidenceHalfWidth({ n, variance, tightestAt: 500, alpha: 0.05, sides: 'two' });
    expect(everBeyond(bound, (mean, half) => Math.abs(mean) > half)).toBeLessThanOrEqual(0.05);
  });

  it('keeps its promise over 100 looks on one side', () => {
    const bound = (n: number, variance: number): number =>
      confidenceHalfWidth({ n, variance, tightestAt: 500, alpha: 0.05, sides: 'one' });
    expect(everBeyond(bound, (mean, half) => mean > half)).toBeLessThanOrEqual(0.05);
  });

  it('does what an interval for a single look does not', () => {
    const bound: Bound = (n, variance) => 1.96 * Math.sqrt(variance / n);
    expect(everBeyond(bound, (mean, half) => Math.abs(mean) > half)).toBeGreaterThan(0.2);
  });

  it('is infinite before the first value, and refuses an alpha that is none', () => {
    const sequence = { n: 0, variance: 1, tightestAt: 10, alpha: 0.05, sides: 'one' } as const;
    expect(confidenceHalfWidth(sequence)).toBe(Infinity);
    expect(confidenceHalfWidth({ ...sequence, variance: 0 })).toBe(Infinity);
    expect(() => confidenceHalfWidth({ ...sequence, alpha: 0.5 })).toThrow(RangeError);
    expect(() => confidenceHalfWidth({ ...sequence, alpha: Number.NaN })).toThrow(RangeError);
  });
});
