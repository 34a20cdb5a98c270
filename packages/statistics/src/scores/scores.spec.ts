import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { calibrationCurve, calibrationError, calibrationErrorInterval } from './calibration.js';
import { rocAuc, rocAucInterval, type RocAuc } from './roc-auc.js';
import { cellsOf } from './score-cell.js';

interface GoldenCase {
  readonly name: string;
  readonly scores: readonly number[];
  readonly positive: readonly (0 | 1)[];
  readonly figures: { readonly rocAuc: { readonly value: number; readonly interval: [number, number] } };
  readonly deLongVariance: number;
  readonly newcombe: [number, number];
  readonly calibration: { readonly curve: unknown; readonly error: number; readonly interval: [number, number] } | null;
}

const { cases } = JSON.parse(
  readFileSync(new URL('../../../../fixtures/statistics/performance.json', import.meta.url), 'utf8'),
) as { cases: GoldenCase[] };

const cellsOfCase = ({ scores, positive }: GoldenCase): ReturnType<typeof cellsOf> =>
  cellsOf(
    scores,
    positive.map((label) => label === 1),
  );

function expectClose(actual: number | null, expected: number): void {
  expect(Math.abs((actual as number) - expected)).toBeLessThanOrEqual(1e-8 * Math.abs(expected) + 1e-15);
}

/** The definition, pair by pair. */
function areaByPairs(scores: readonly number[], positive: readonly boolean[]): number {
  let won = 0;
  let pairs = 0;
  for (const [i, a] of scores.entries()) {
    for (const [j, b] of scores.entries()) {
      if (!positive[i] || positive[j]) continue;
      pairs += 1;
      if (a > b) won += 1;
      else if (a === b) won += 0.5;
    }
  }
  return won / pairs;
}

describe.each(cases)('the area under the curve of $name', (scenario) => {
  const area = rocAuc(cellsOfCase(scenario)) as RocAuc;

  it('is the golden one, with its variance', () => {
    expectClose(area.auc, scenario.figures.rocAuc.value);
    expectClose(area.variance, scenario.deLongVariance);
  });

  it('has the golden interval', () => {
    const { lower, upper } = rocAucInterval(area, 0.95);
    expectClose(lower, scenario.figures.rocAuc.interval[0]);
    expectClose(upper, scenario.figures.rocAuc.interval[1]);
  });

  it('has the golden interval of Newcombe where DeLong has no variance', () => {
    const { lower, upper } = rocAucInterval({ ...area, variance: null }, 0.95);
    expectClose(lower, scenario.newcombe[0]);
    expectClose(upper, scenario.newcombe[1]);
  });
});

describe('rocAuc', () => {
  const some = fc.array(fc.record({ score: fc.nat(20).map((n) => n / 20), isPositive: fc.boolean() }), {
    maxLength: 40,
  });

  it('is the share of pairs in the right order, ties half', () => {
    fc.assert(
      fc.property(some, (list) => {
        const scores = list.map(({ score }) => score);
        const labels = list.map(({ isPositive }) => isPositive);
        const area = rocAuc(cellsOf(scores, labels));
        const isOneClass = new Set(labels).size < 2;
        expect(area === null).toBe(isOneClass);
        expect(area?.auc ?? 0).toBeCloseTo(isOneClass ? 0 : areaByPairs(scores, labels), 12);
      }),
    );
  });

  it('turns over when the labels do, with the same variance', () => {
    fc.assert(
      fc.property(some, (list) => {
        const scores = list.map(({ score }) => score);
        const labels = list.map(({ isPositive }) => isPositive);
        const area = rocAuc(cellsOf(scores, labels));
        const turned = rocAuc(
          cellsOf(
            scores,
            labels.map((label) => !label),
          ),
        );
        expect((area?.auc ?? 0.5) + (turned?.auc ?? 0.5)).toBeCloseTo(1, 12);
        expect(area?.variance ?? 0).toBeCloseTo(turned?.variance ?? 0, 12);
      }),
    );
  });

  it('has an interval from one positive and one negative', () => {
    const { lower, upper } = rocAucInterval(rocAuc(cellsOf([0.2, 0.8], [false, true])) as RocAuc, 0.95);
    expect(lower).toBeGreaterThan(0);
    expect(lower).toBeLessThan(0.5);
    expect(upper).toBe(1);
  });
});

describe('calibration', () => {
  it.each(cases.filter(({ calibration }) => calibration !== null))('of $name is golden', (scenario) => {
    const expected = scenario.calibration as {
      curve: { count: number; meanScore: number; observedShare: number }[];
      error: number;
      interval: [number, number];
    };
    const curve = calibrationCurve(cellsOfCase(scenario), 10);
    expect(curve).toEqual(
      expected.curve.map(({ count, meanScore, observedShare }) => ({
        count,
        meanScore: expect.closeTo(meanScore, 12),
        observedShare: expect.closeTo(observedShare, 12),
      })),
    );
    expectClose(calibrationError(curve), expected.error);
    const interval = calibrationErrorInterval(curve, 0.95);
    expectClose(interval?.lower ?? null, expected.interval[0]);
    expectClose(interval?.upper ?? null, expected.interval[1]);
  });

  it('of nothing is an empty curve and no error', () => {
    expect(calibrationCurve([], 10)).toEqual([]);
    expect(calibrationError([])).toBeNull();
    expect(calibrationErrorInterval([], 0.95)).toBeNull();
  });

  it('shares tied scores out in proportion', () => {
    const curve = calibrationCurve(cellsOf([0.5, 0.5, 0.5, 0.5], [true, false, false, false]), 2);
    expect(curve).toEqual([
      { count: 2, meanScore: 0.5, observedShare: 0.25 },
      { count: 2, meanScore: 0.5, observedShare: 0.25 },
    ]);
  });

  it('has as many groups as observations where those are fewer', () => {
    expect(calibrationCurve(cellsOf([0.1, 0.2, 0.3], [true, false, true]), 10)).toHaveLength(3);
  });
});

describe('cellsOf', () => {
  it('refuses scores that are not numbers and labels that are too few', () => {
    expect(() => cellsOf([0.1, Number.NaN], [true, false])).toThrow(/NaN as score 1/u);
    expect(() => cellsOf([0.1, 0.2], [true])).toThrow(/2 scores and 1 labels/u);
  });
});
