import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { averagePrecision } from './average-precision.js';
import { isotonicAt, isotonicFit, type WeightedPoint } from './isotonic.js';
import { cellsOf } from './score-cell.js';

const { isotonic, averagePrecision: precision } = JSON.parse(
  readFileSync(new URL('../../../../fixtures/statistics/drift.json', import.meta.url), 'utf8'),
) as {
  isotonic: { x: number[]; y: number[]; fit: number[]; at: number[]; value: number[] };
  averagePrecision: { scores: number[]; positive: number[]; value: number };
};

const pointsOf = (scores: number[], isPositive: boolean[]): WeightedPoint[] =>
  cellsOf(scores, isPositive).map(({ positives, negatives, scoreSum }) => {
    const weight = positives + negatives;
    return { x: scoreSum / weight, y: positives / weight, weight };
  });

describe('isotonicFit', () => {
  const curve = isotonicFit(
    pointsOf(
      isotonic.x,
      isotonic.y.map((label) => label === 1),
    ),
  );

  it('is golden at the points and between them', () => {
    expect(isotonic.x.map((x) => isotonicAt(curve, x))).toEqual(isotonic.fit.map((y) => expect.closeTo(y, 12)));
    expect(isotonic.at.map((x) => isotonicAt(curve, x))).toEqual(isotonic.value.map((y) => expect.closeTo(y, 12)));
  });

  it('never falls, stays between the least and the most, and keeps the weighted mean', () => {
    const points = fc.array(
      fc.record({ y: fc.double({ min: 0, max: 1, noNaN: true }), weight: fc.integer({ min: 1, max: 9 }) }),
      { minLength: 1, maxLength: 30 },
    );
    fc.assert(
      fc.property(points, (list) => {
        const data = list.map((point, x) => ({ ...point, x }));
        const fitted = data.map(({ x }) => isotonicAt(isotonicFit(data), x) ?? Number.NaN);
        const mean = (values: number[]): number => values.reduce((sum, y, at) => sum + y * (data[at]?.weight ?? 0), 0);
        expect(fitted).toEqual(fitted.toSorted((a, b) => a - b));
        expect(mean(fitted)).toBeCloseTo(mean(data.map(({ y }) => y)), 8);
        expect(Math.min(...fitted)).toBeGreaterThanOrEqual(Math.min(...data.map(({ y }) => y)) - 1e-12);
        expect(Math.max(...fitted)).toBeLessThanOrEqual(Math.max(...data.map(({ y }) => y)) + 1e-12);
      }),
    );
  });

  it('of nothing says nothing, and refuses points out of order', () => {
    expect(isotonicAt(isotonicFit([]), 0.5)).toBeNull();
    expect(isotonicAt(curve, Number.NaN)).toBeNull();
    const point = { x: 1, y: 0, weight: 1 };
    expect(() => isotonicFit([point, point])).toThrow(/ascending/u);
  });
});

describe('averagePrecision', () => {
  it('is golden with ties', () => {
    const labels = precision.positive.map((label) => label === 1);
    expect(averagePrecision(cellsOf(precision.scores, labels))).toBeCloseTo(precision.value, 12);
  });

  it('is 1 for perfect order, and null without positives', () => {
    expect(averagePrecision(cellsOf([0.1, 0.9], [false, true]))).toBe(1);
    expect(averagePrecision(cellsOf([0.1, 0.9], [false, false]))).toBeNull();
  });
});
