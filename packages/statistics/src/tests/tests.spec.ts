import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { chiSquareSf, chiSquareUpperQuantile } from '../special/chi-square.js';
import { kolmogorovSf } from '../special/kolmogorov-sf.js';
import { normalSf } from '../special/normal-sf.js';
import { chiSquareContingency, chiSquareGoodness } from './chi-square.js';
import { kolmogorovSmirnov } from './kolmogorov-smirnov.js';
import { benjaminiHochberg, holm } from './multiple-testing.js';
import { proportionDifference } from './proportion-difference.js';

interface Golden {
  readonly special: {
    readonly kolmogorovSf: [number, number][];
    readonly chiSquareSf: [number, number, number][];
    readonly chiSquareUpperQuantile: [number, number, number][];
    readonly normalSf: [number, number][];
  };
  readonly samples: {
    readonly reference: number[];
    readonly current: number[];
    readonly ksDistance: number;
    readonly ksP: number;
  };
  readonly contingency: {
    readonly reference: number[];
    readonly current: number[];
    readonly statistic: number;
    readonly df: number;
    readonly p: number;
  }[];
  readonly multipleTesting: { readonly p: number[]; readonly bh: number[]; readonly holm: number[] };
  readonly proportions: {
    readonly difference: {
      readonly counts: [[number, number], [number, number]];
      readonly z: number;
      readonly p: number;
    };
    readonly sampleRatio: { readonly counts: number[]; readonly shares: number[]; readonly p: number };
  };
}

const golden = JSON.parse(
  readFileSync(new URL('../../../../fixtures/statistics/drift.json', import.meta.url), 'utf8'),
) as Golden;

function expectClose(actual: number | undefined, expected: number): void {
  expect(Math.abs((actual ?? Number.NaN) - expected)).toBeLessThanOrEqual(1e-8 * Math.abs(expected));
}

describe('special functions', () => {
  it.each(golden.special.kolmogorovSf)('kolmogorovSf(%d) is %d', (x, expected) => {
    expectClose(kolmogorovSf(x), expected);
  });

  it.each(golden.special.chiSquareSf)('chiSquareSf(%d, %d) is %d', (x, df, expected) => {
    expectClose(chiSquareSf(x, df), expected);
  });

  it.each(golden.special.chiSquareUpperQuantile)('chiSquareUpperQuantile(%d, %d) is %d', (p, df, expected) => {
    expectClose(chiSquareUpperQuantile(p, df), expected);
  });

  it.each(golden.special.normalSf)('normalSf(%d) is %d', (x, expected) => {
    expectClose(normalSf(x), expected);
  });

  it('are NaN of NaN and go to their limits', () => {
    expect([kolmogorovSf, normalSf, (x: number) => chiSquareSf(x, 3)].map((sf) => sf(Number.NaN))).toEqual([
      NaN,
      NaN,
      NaN,
    ]);
    expect([kolmogorovSf, normalSf, (x: number) => chiSquareSf(x, 3)].map((sf) => sf(Infinity))).toEqual([0, 0, 0]);
    expect([0, 1, -1, 2].map((p) => chiSquareUpperQuantile(p, 3))).toEqual([Infinity, 0, NaN, NaN]);
  });

  it('are 1 below what their variable can be', () => {
    expect([kolmogorovSf(-1), chiSquareSf(-1, 3)]).toEqual([1, 1]);
  });

  it('meet where the series of kolmogorovSf change', () => {
    expect(kolmogorovSf(1.18 - 1e-12)).toBeCloseTo(kolmogorovSf(1.18), 10);
  });
});

describe('kolmogorovSmirnov', () => {
  it('is golden on raw values, each a bin of its own', () => {
    const { reference, current, ksDistance, ksP } = golden.samples;
    const values = [...new Set([...reference, ...current])].toSorted((a, b) => a - b);
    const count = (sample: number[]): number[] => values.map((value) => sample.filter((x) => x === value).length);
    const test = kolmogorovSmirnov({ reference: count(reference), current: count(current) });
    expectClose(test?.distance, ksDistance);
    expectClose(test?.p, ksP);
  });

  it('finds no distance between equal shares, all of it between separate ones, and nothing to compare in nothing', () => {
    expect(kolmogorovSmirnov({ reference: [1, 2], current: [10, 20] })).toMatchObject({ distance: 0, p: 1 });
    expect(kolmogorovSmirnov({ reference: [5, 0], current: [0, 5] })?.distance).toBe(1);
    expect(kolmogorovSmirnov({ reference: [0, 0], current: [0, 5] })).toBeNull();
    expect(() => kolmogorovSmirnov({ reference: [0], current: [0, 5] })).toThrow(RangeError);
  });
});

describe('chiSquareContingency', () => {
  it.each(golden.contingency)('is golden with statistic $statistic', ({ reference, current, statistic, df, p }) => {
    const test = chiSquareContingency({ reference, current });
    expectClose(test?.statistic, statistic);
    expect(test?.df).toBe(df);
    expectClose(test?.p, p);
  });

  it('merges cells of which fewer than 5 are expected', () => {
    const merged = chiSquareContingency({ reference: [100, 3, 4, 60], current: [90, 4, 3, 70] });
    expect(merged).toEqual(chiSquareContingency({ reference: [100, 7, 60], current: [90, 7, 70] }));
    expect(merged?.df).toBe(2);
  });

  it('adds the smallest other cell to a merged one that is still sparse', () => {
    const merged = chiSquareContingency({ reference: [100, 1, 12], current: [90, 1, 14] });
    expect(merged).toEqual(chiSquareContingency({ reference: [100, 13], current: [90, 15] }));
  });

  it('takes cells of one size together, so that their order does not matter', () => {
    const merged = chiSquareContingency({ reference: [50, 1, 7, 4, 60], current: [60, 1, 4, 7, 55] });
    expect(merged).toEqual(chiSquareContingency({ reference: [50, 4, 1, 7, 60], current: [60, 7, 1, 4, 55] }));
    expect(merged?.df).toBe(2);
  });

  it('does not depend on which side is the reference, nor on the order of the cells', () => {
    const cells = fc.array(fc.tuple(fc.nat(200), fc.nat(200)), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(cells, (list) => {
        const reference = list.map(([count]) => count);
        const current = list.map(([, count]) => count);
        const test = chiSquareContingency({ reference, current });
        const turned = chiSquareContingency({ reference: current.toReversed(), current: reference.toReversed() });
        expect(turned?.df).toBe(test?.df);
        expect(turned?.p ?? 0).toBeCloseTo(test?.p ?? 0, 9);
        if (test !== null) expect(test.p >= 0 && test.p <= 1).toBe(true);
      }),
    );
  });

  it('has nothing to say of one cell or of nothing', () => {
    expect(chiSquareContingency({ reference: [10], current: [20] })).toBeNull();
    expect(chiSquareContingency({ reference: [0, 0], current: [20, 3] })).toBeNull();
    expect(chiSquareContingency({ reference: [2, 2], current: [2, 2] })).toBeNull();
  });
});

describe('chiSquareGoodness', () => {
  it('is golden for a split of one half', () => {
    const { counts, shares, p } = golden.proportions.sampleRatio;
    expectClose(chiSquareGoodness(counts, shares)?.p, p);
  });

  it('excludes what cannot be, and has nothing to say of nothing', () => {
    expect(chiSquareGoodness([5, 5, 1], [1, 1, 0])?.p).toBe(0);
    expect(chiSquareGoodness([5, 5, 0], [1, 1, 0])?.p).toBe(1);
    expect(chiSquareGoodness([0, 0], [1, 1])).toBeNull();
    expect(chiSquareGoodness([3], [1])).toBeNull();
    expect(() => chiSquareGoodness([3], [1, 1])).toThrow(RangeError);
  });
});

describe('proportionDifference', () => {
  it('is golden', () => {
    const { counts, z, p } = golden.proportions.difference;
    const [first, second] = counts.map(([hits, n]) => ({ hits, n }));
    const test = proportionDifference(first ?? { hits: 0, n: 0 }, second ?? { hits: 0, n: 0 });
    expectClose(test?.z, z);
    expectClose(test?.p, p);
  });

  it.each([
    [0, 0, 1, 2],
    [0, 10, 0, 20],
    [10, 10, 20, 20],
  ])('has nothing to say of %d of %d and %d of %d', (a, n, b, m) => {
    expect(proportionDifference({ hits: a, n }, { hits: b, n: m })).toBeNull();
  });
});

describe('adjusted p-values', () => {
  const { p, ...expected } = golden.multipleTesting;

  it.each([
    ['Benjamini and Hochberg', benjaminiHochberg, expected.bh],
    ['Holm', holm, expected.holm],
  ] as const)('of %s are golden, in any order', (_, adjust, answers) => {
    for (const [at, value] of adjust(p).entries()) expectClose(value, answers[at] ?? Number.NaN);
    expect(adjust(p.toReversed()).toReversed()).toEqual(adjust(p));
    expect(adjust([])).toEqual([]);
    expect(adjust([0.3])).toEqual([0.3]);
    expect(() => adjust([0.1, Number.NaN])).toThrow(RangeError);
  });

  it('are never smaller than the raw ones nor larger than 1, and Holm is the stricter', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true })), (list) => {
        const strict = holm(list);
        for (const [at, value] of benjaminiHochberg(list).entries()) {
          expect(value).toBeGreaterThanOrEqual((list[at] ?? 0) * (1 - 1e-12));
          expect(value).toBeLessThanOrEqual(1);
          expect(strict[at]).toBeGreaterThanOrEqual(value * (1 - 1e-12));
        }
      }),
    );
  });
});
