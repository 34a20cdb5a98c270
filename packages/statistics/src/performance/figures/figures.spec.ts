import { readFileSync } from 'node:fs';
import { countLabelled, countPrediction } from '../count-labelled.js';
import type { Estimate } from '../estimate.js';
import type { LabelledDecision } from '../labelled-decision.js';
import { noPerformance, type PerformanceState } from '../performance-state.js';
import { reliabilityCurve } from './calibration-error.js';
import { FIGURES, performanceFigures, type FigureName } from './index.js';

interface Golden {
  readonly confidence: number;
  readonly threshold: number;
  readonly values: Record<'truePositive' | 'falsePositive' | 'falseNegative' | 'trueNegative', number>;
  readonly cases: readonly [GoldenCase, ...GoldenCase[]];
}

interface GoldenCase {
  readonly name: string;
  readonly scores: readonly number[];
  readonly positive: readonly (0 | 1)[];
  readonly figures: Partial<Record<FigureName, { value: number | null; interval: [number, number] | null }>>;
  readonly calibration: {
    readonly curve: readonly { readonly count: number; readonly meanScore: number; readonly observedShare: number }[];
    readonly error: number;
  } | null;
}

const golden = JSON.parse(
  readFileSync(new URL('../../../../../fixtures/statistics/performance.json', import.meta.url), 'utf8'),
) as Golden;
const [someScores] = golden.cases;

function goldenState({ scores, positive }: GoldenCase): PerformanceState {
  const state = noPerformance();
  for (const [at, score] of scores.entries()) {
    const isPositive = positive[at] === 1;
    const isActed = score >= golden.threshold;
    const kind = `${isActed === isPositive ? 'true' : 'false'}${isActed ? 'Positive' : 'Negative'}` as const;
    countPrediction(state);
    countLabelled(state, { score, isPositive, isActed, value: golden.values[kind], labelDelayMs: 1 });
  }
  return state;
}

function expectClose(actual: number, expected: number, beyond = 0): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-8 * Math.abs(expected) + 1e-15 + beyond);
}

const aDecision = (change: Partial<LabelledDecision> = {}): LabelledDecision => ({
  score: 0.9,
  isPositive: true,
  isActed: true,
  value: 100,
  labelDelayMs: 1000,
  ...change,
});

function stateOf(...decisions: LabelledDecision[]): PerformanceState {
  const state = noPerformance();
  for (const decision of decisions) {
    countPrediction(state);
    countLabelled(state, decision);
  }
  return state;
}

describe.each(golden.cases)('figures of $name', (scenario) => {
  const state = goldenState(scenario);
  const figures = performanceFigures(state, golden.confidence);
  const expectations = Object.entries(scenario.figures) as [
    FigureName,
    { value: number; interval: [number, number] },
  ][];

  it.each(expectations)('have the golden %s', (name, expected) => {
    const { value, interval, resolution } = figures[name];
    // Distinct scores may share a bin of the grid; then the area is off by at most what the figure says of itself.
    const beyond = name === 'rocAuc' ? resolution : 0;
    if (expected.value === null) {
      expect(figures[name]).toEqual({ value: null, n: 0, interval: null, resolution: 0 });
      return;
    }
    expectClose(value as number, expected.value, beyond);
    expectClose((interval as Estimate['interval'] & object).lower, expected.interval[0], 2 * beyond);
    expectClose((interval as Estimate['interval'] & object).upper, expected.interval[1], 2 * beyond);
  });

  it('have an area under the curve whose grid costs less than 0.0005', () => {
    const { value, resolution } = figures.rocAuc;
    const truth = (scenario.figures.rocAuc as { value: number }).value;
    expect(Math.abs((value as number) - truth)).toBeLessThan(0.0005);
    expect(Math.abs((value as number) - truth)).toBeLessThanOrEqual(resolution + 1e-12);
  });

  it('have the golden calibration, as far as the grid keeps it', () => {
    const curve = reliabilityCurve(state);
    const { value, resolution, n } = figures.calibrationError;
    expect(n).toBe(scenario.scores.length);
    expect(curve.reduce((sum, { count }) => sum + count, 0)).toBe(n);
    if (scenario.calibration === null) return;
    expect(curve.map(({ count }) => count)).toEqual(scenario.calibration.curve.map(({ count }) => count));
    expect(Math.abs((value as number) - scenario.calibration.error)).toBeLessThanOrEqual(resolution);
    expect(resolution).toBeLessThan(0.05);
  });
});

describe.each(FIGURES)('$name', (figure) => {
  it.each([
    ['nothing', []],
    ['one positive', [aDecision()]],
    ['one negative that was held', [aDecision({ score: 0, isPositive: false, isActed: false, value: 0 })]],
    ['one without score, value and delay', [aDecision({ score: null, value: null, labelDelayMs: null })]],
    [
      'an invalid score',
      [aDecision({ score: Number.NaN }), aDecision({ score: 1.5 }), aDecision({ score: -Infinity })],
    ],
    ['equal decisions', [aDecision(), aDecision(), aDecision()]],
    ['certain and right', [aDecision({ score: 1 }), aDecision({ score: 0, isPositive: false, isActed: false })]],
    ['certain and wrong', [aDecision({ score: 0, isActed: false }), aDecision({ score: 1, isPositive: false })]],
  ])('of %s is a number in its range within its interval, or null', (_, decisions) => {
    const { value, n, interval, resolution } = figure.estimate(stateOf(...decisions), 0.95);
    expect(Number.isInteger(n)).toBe(true);
    expect(resolution).toBeGreaterThanOrEqual(0);
    if (value === null) {
      expect(interval).toBeNull();
      return;
    }
    expect(value).toBeGreaterThanOrEqual(figure.range[0]);
    expect(value).toBeLessThanOrEqual(figure.range[1]);
    if (interval === null) return;
    expect(interval.lower).toBeGreaterThanOrEqual(figure.range[0]);
    expect(interval.upper).toBeLessThanOrEqual(figure.range[1]);
    expect(interval.lower - 1e-12).toBeLessThanOrEqual(value);
    expect(interval.upper + 1e-12).toBeGreaterThanOrEqual(value);
  });

  it('is null of nothing', () => {
    expect(figure.estimate(noPerformance(), 0.95)).toEqual({ value: null, n: 0, interval: null, resolution: 0 });
  });

  it('has a narrower interval at a lower confidence', () => {
    const state = goldenState(someScores);
    const width = (confidence: number): number => {
      const { interval } = figure.estimate(state, confidence);
      return interval === null ? 0 : interval.upper - interval.lower;
    };
    if (figure.name === 'coverage') expect(width(0.99)).toBe(0);
    else expect(width(0.5)).toBeLessThan(width(0.99));
  });
});

describe('performanceFigures', () => {
  it('are null for what the missing class would say', () => {
    const figures = performanceFigures(stateOf(aDecision({ isPositive: false }), aDecision({ isPositive: false })));
    expect(figures.rocAuc).toMatchObject({ value: null, n: 2 });
    expect(figures.recall.value).toBeNull();
    expect(figures.precision.value).toBe(0);
    expect(figures.observedShare.value).toBe(0);
  });

  it('leave decisions without a score out of what rests on scores, and keep their decision and value', () => {
    const figures = performanceFigures(stateOf(aDecision(), aDecision({ score: null, value: -40 })));
    expect(figures.accuracy.n).toBe(2);
    expect(figures.valuePer1000).toMatchObject({ value: 30_000, n: 2 });
    expect(figures.meanScore.n).toBe(1);
    expect(figures.meanScore.interval).toBeNull();
  });

  it('cover the share of predictions that have a label, and never more than all', () => {
    const state = stateOf(aDecision());
    for (let more = 0; more < 3; more += 1) countPrediction(state);
    expect(performanceFigures(state).coverage).toMatchObject({ value: 0.25, n: 4 });
    countLabelled(state, aDecision());
    for (let more = 0; more < 4; more += 1) countLabelled(state, aDecision());
    expect(performanceFigures(state).coverage.value).toBe(1);
  });

  it('own up to what the grid cannot tell of calibration and order', () => {
    const list = Array.from({ length: 10 }, (_, at) => aDecision({ score: 0.5 + at * 1e-6, isPositive: at % 2 === 1 }));
    const { calibrationError, rocAuc } = performanceFigures(stateOf(...list));
    // Each in a group of its own, they miss by one half; in one bin of the grid they look calibrated.
    expect(calibrationError.value).toBeLessThan(1e-4);
    expect((calibrationError.value ?? 0) + calibrationError.resolution).toBeGreaterThanOrEqual(0.5);
    expect(rocAuc).toMatchObject({ value: 0.5, resolution: 0.5 });
  });

  it('give a certain but wrong score the clipped log-loss, as training does', () => {
    const { logLoss } = performanceFigures(stateOf(aDecision({ score: 0 })));
    expectClose(logLoss.value as number, -Math.log(1e-7));
  });

  it.each([0, 1, -1, Number.NaN])('refuse %d as a confidence', (confidence) => {
    expect(() => performanceFigures(stateOf(aDecision()), confidence)).toThrow(RangeError);
  });

  it('say when a window has outgrown exact sums', () => {
    const state = stateOf(aDecision());
    state.sums.brier.low = Number.MAX_SAFE_INTEGER + 1;
    expect(() => performanceFigures(state)).toThrow(/no longer exact/u);
  });
});
