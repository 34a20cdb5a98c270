import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { kolmogorovSmirnov } from '../tests/kolmogorov-smirnov.js';
import { mergeBins } from './counts-pair.js';
import type { FeatureCounts } from './drift-measure.js';
import { featureDrift } from './feature-drift.js';
import { DRIFT_MEASURES } from './index.js';
import { jsDistance } from './js-distance.js';
import { excessPsi, expectedPsi, psi, psiNoiseFloor } from './psi.js';
import { wassersteinDistance, wassersteinMeasure } from './wasserstein.js';

const { samples } = JSON.parse(
  readFileSync(new URL('../../../../fixtures/statistics/drift.json', import.meta.url), 'utf8'),
) as {
  samples: {
    reference: number[];
    current: number[];
    wasserstein: number;
    deciles: {
      reference: number[];
      current: number[];
      psi: number;
      expectedPsi: number;
      psiNoiseFloor: number;
      jsDistance: number;
    };
  };
};
const { deciles } = samples;
const sizes = { bins: 10, reference: 1000, current: 800 };

function expectClose(actual: number | null, expected: number): void {
  expect(Math.abs((actual ?? Number.NaN) - expected)).toBeLessThanOrEqual(1e-8 * Math.abs(expected));
}

describe('on golden counts', () => {
  it('psi, what it is by chance, and the Jensen-Shannon distance agree', () => {
    expectClose(psi(deciles), deciles.psi);
    expectClose(expectedPsi(sizes), deciles.expectedPsi);
    expectClose(excessPsi(deciles), deciles.psi - deciles.expectedPsi);
    expectClose(psiNoiseFloor(sizes), deciles.psiNoiseFloor);
    expectClose(jsDistance(deciles), deciles.jsDistance);
  });

  it('the Wasserstein distance of raw values agrees, each a bin of its own', () => {
    const values = [...new Set([...samples.reference, ...samples.current])].toSorted((a, b) => a - b);
    const count = (sample: number[]): number[] => values.map((value) => sample.filter((x) => x === value).length);
    const pair = { reference: count(samples.reference), current: count(samples.current) };
    expectClose(wassersteinDistance(pair, values), samples.wasserstein);
  });
});

const pairs = fc
  .array(fc.tuple(fc.nat(50), fc.nat(50)), { minLength: 10, maxLength: 10 })
  .map((cells) => ({ reference: cells.map(([count]) => count), current: cells.map(([, count]) => count) }));
const asNumeric = (pair: { reference: number[]; current: number[] }): FeatureCounts => ({
  ...pair,
  numeric: { positions: pair.reference.map((_, at) => at), referenceSd: 2 },
});
const empty = { reference: [0, 0], current: [3, 4] };

describe('psi', () => {
  it('adds one half to every cell where one is empty', () => {
    expectClose(
      psi({ reference: [0, 10], current: [5, 5] }),
      psi({ reference: [0.5, 10.5], current: [5.5, 5.5] }) ?? -1,
    );
  });

  it('is symmetric, never below 0, and 0 for equal counts', () => {
    fc.assert(
      fc.property(pairs, ({ reference, current }) => {
        const value = psi({ reference, current });
        expect(value ?? 0).toBeCloseTo(psi({ reference: current, current: reference }) ?? 0, 10);
        expect(value ?? 0).toBeGreaterThanOrEqual(0);
        expect(psi({ reference, current: reference }) ?? 0).toBe(0);
      }),
    );
  });
});

describe('jsDistance', () => {
  it('is 1 for what shares no bin, and lies between 0 and 1', () => {
    expect(jsDistance({ reference: [4, 0], current: [0, 9] })).toBe(1);
    fc.assert(
      fc.property(pairs, (pair) => {
        const value = jsDistance(pair) ?? 0;
        expect(value >= 0 && value <= 1).toBe(true);
      }),
    );
  });
});

describe('wassersteinDistance', () => {
  it('is how far everything moved', () => {
    expect(wassersteinDistance({ reference: [7, 0, 0], current: [0, 0, 3] }, [10, 11, 15])).toBe(5);
    expect(() => wassersteinDistance({ reference: [1], current: [1] }, [1, 2])).toThrow(RangeError);
  });
});

describe.each(DRIFT_MEASURES)('$name', ({ name, measure }) => {
  it('is null of nothing, and a number or null of anything', () => {
    expect(measure({ ...empty, numeric: null })).toBeNull();
    fc.assert(
      fc.property(pairs, (pair) => {
        for (const feature of [asNumeric(pair), { ...pair, numeric: null }]) {
          const value = measure(feature);
          expect(value === null || Number.isFinite(value)).toBe(true);
        }
      }),
    );
  });

  it('is larger the further values move', () => {
    const shifted = (by: number): number | null =>
      measure(asNumeric({ reference: [...deciles.reference], current: deciles.reference.map((n, at) => n + by * at) }));
    expect(shifted(30) ?? Number.NaN).toBeGreaterThan(shifted(10) ?? Number.NaN);
  });

  it('is null where the reference has no spread to measure by', () => {
    const constant = { ...asNumeric({ ...deciles }), numeric: { positions: deciles.reference, referenceSd: 0 } };
    expect(measure(constant) === null).toBe(name === 'wasserstein');
  });
});

describe('wassersteinMeasure', () => {
  it('counts in standard deviations of the reference', () => {
    const numeric = { positions: [10, 11, 15], referenceSd: 2 };
    expect(wassersteinMeasure.measure({ reference: [7, 0, 0], current: [0, 0, 3], numeric })).toBe(2.5);
  });
});

describe('featureDrift', () => {
  it('says that data are too few rather than that nothing moved', () => {
    const few = asNumeric({
      reference: [...deciles.reference],
      current: deciles.current.map((n) => Math.round(n / 10)),
    });
    expect(featureDrift(few, 0.1).kind).toBe('not_enough_data');
    expect(featureDrift({ ...empty, numeric: null }, 0.1)).toEqual({ kind: 'not_enough_data', noiseFloor: null });
  });

  it('takes the smaller of two p-values twice for a numeric feature, and the one of a categorical feature', () => {
    const drift = featureDrift(asNumeric(deciles), 0.1);
    const categorical = featureDrift({ ...deciles, numeric: null }, 0.1);
    expect(categorical).toMatchObject({ p: expect.closeTo(0.002923490508683601, 12) });
    expect(drift.kind === 'measured' && drift.p).toBeCloseTo(2 * 0.002923490508683601, 12);
    expect(drift.kind === 'measured' && drift.effect).toBeCloseTo(deciles.psi - deciles.expectedPsi, 12);
  });

  it('sees a slow slope in the order of bins, which categories do not have', () => {
    const slope = { reference: [...deciles.reference], current: deciles.reference.map((n, at) => n + 6 * at - 27) };
    const drift = featureDrift(asNumeric(slope), 0.1);
    expect(drift.kind === 'measured' && drift.p).toBe(2 * (kolmogorovSmirnov(slope)?.p ?? 1));
    const categorical = featureDrift({ ...slope, numeric: null }, 0.1);
    expect(drift.kind === 'measured' && drift.p).toBeLessThan(categorical.kind === 'measured' ? categorical.p : 0);
  });

  it('is sure of nothing where all is as it was', () => {
    const same = asNumeric({ reference: [...deciles.reference], current: [...deciles.reference] });
    expect(featureDrift(same, 0.1)).toMatchObject({ kind: 'measured', p: 1 });
  });
});

describe('mergeBins', () => {
  it('merges neighbours and refuses what does not divide', () => {
    expect(mergeBins({ reference: [1, 2, 3, 4], current: [0, 1, 0, 1] }, 2)).toEqual({
      reference: [3, 7],
      current: [1, 1],
    });
    expect(() => mergeBins({ reference: [1, 2, 3], current: [1, 2, 3] }, 2)).toThrow(/multiple of 2/u);
  });
});
