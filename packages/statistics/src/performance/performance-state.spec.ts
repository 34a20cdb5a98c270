import fc from 'fast-check';
import { calibrationCurve, calibrationError } from '../scores/calibration.js';
import { rocAuc } from '../scores/roc-auc.js';
import { cellsOf } from '../scores/score-cell.js';
import { countLabelled, countPrediction, uncountLabelled } from './count-labelled.js';
import { performanceFigures } from './figures/index.js';
import type { LabelledDecision } from './labelled-decision.js';
import { addPerformance, noPerformance, type PerformanceState } from './performance-state.js';

const score = fc.oneof(
  fc.double({ min: 0, max: 1, noNaN: true }),
  // Near the ends, in few distinct values, and what is no score.
  fc.double({ min: 0, max: 1, noNaN: true }).map((x) => x ** 8),
  fc.double({ min: 0, max: 1, noNaN: true }).map((x) => 1 - x ** 8),
  fc.nat(4).map((n) => n / 4),
  fc.constantFrom(null, Number.NaN, Infinity, -0.1, -0, Number.MIN_VALUE, 1 - Number.EPSILON),
);

const decision: fc.Arbitrary<LabelledDecision> = fc.record({
  score,
  isPositive: fc.boolean(),
  isActed: fc.boolean(),
  value: fc.oneof(fc.integer({ min: -1e9, max: 1e9 }), fc.constant(null)),
  labelDelayMs: fc.oneof(fc.integer({ min: -1000, max: 1e10 }), fc.constant(null)),
});
const decisions = fc.array(decision, { maxLength: 60 });

function stateOf(list: readonly LabelledDecision[]): PerformanceState {
  const state = noPerformance();
  for (const one of list) {
    countPrediction(state);
    countLabelled(state, one);
  }
  return state;
}

function sumOf(...states: PerformanceState[]): PerformanceState {
  const sum = noPerformance();
  for (const state of states) addPerformance(sum, state);
  return sum;
}

describe('a performance state', () => {
  it('is, byte for byte, the same however the decisions are cut and in whichever order they and the parts come', () => {
    fc.assert(
      fc.property(decisions, fc.nat(), fc.nat(), (list, cut, turn) => {
        const at = cut % (list.length + 1);
        const by = turn % (list.length + 1);
        const turned = [...list.slice(by), ...list.slice(0, by)].toReversed();
        const whole = JSON.stringify(stateOf(list));
        expect(JSON.stringify(sumOf(stateOf(list.slice(at)), stateOf(list.slice(0, at))))).toBe(whole);
        expect(JSON.stringify(sumOf(stateOf(list.slice(0, at)), stateOf(list.slice(at))))).toBe(whole);
        expect(JSON.stringify(stateOf(turned))).toBe(whole);
      }),
    );
  });

  it('consists of integers, and is itself after a way through JSON', () => {
    fc.assert(
      fc.property(decisions, (list) => {
        const state = stateOf(list);
        const { totals, sums, positives, negatives, scoreOffsets, labelDelayMs } = state;
        const leaves = [totals, positives, negatives, scoreOffsets, labelDelayMs, ...Object.values(sums)];
        expect(leaves.flatMap((leaf) => Object.values(leaf as object)).every(Number.isSafeInteger)).toBe(true);
        expect(JSON.parse(JSON.stringify(state))).toEqual(state);
      }),
    );
  });

  it('is that of the others when one is taken back, before or after it was counted', () => {
    fc.assert(
      fc.property(decisions, decision, (list, wrong) => {
        const others = JSON.stringify(stateOf(list));
        const state = stateOf(list);
        countLabelled(state, wrong);
        uncountLabelled(state, wrong);
        expect(JSON.stringify(state)).toBe(others);
        const before = noPerformance();
        uncountLabelled(before, wrong);
        const counted = noPerformance();
        countLabelled(counted, wrong);
        expect(JSON.stringify(sumOf(before, stateOf(list), counted))).toBe(others);
      }),
    );
  });

  it('has figures that do not depend on order', () => {
    fc.assert(
      fc.property(decisions, (list) => {
        expect(performanceFigures(stateOf(list.toReversed()))).toEqual(performanceFigures(stateOf(list)));
      }),
    );
  });

  it('has figures that are null or finite, in their range and within their interval', () => {
    fc.assert(
      fc.property(decisions, (list) => {
        for (const { value, interval } of Object.values(performanceFigures(stateOf(list)))) {
          if (value === null) continue;
          expect(Number.isFinite(value)).toBe(true);
          if (interval === null) continue;
          const slack = 1e-9 * (1 + Math.abs(value));
          expect(value).toBeGreaterThanOrEqual(interval.lower - slack);
          expect(value).toBeLessThanOrEqual(interval.upper + slack);
        }
      }),
    );
  });

  it('has an area and a calibration error within their resolution of those of the raw scores', () => {
    const scored = fc.record({ score: score.filter((s) => s !== null && s >= 0 && s <= 1), isPositive: fc.boolean() });
    fc.assert(
      fc.property(fc.array(scored, { minLength: 1, maxLength: 200 }), (list) => {
        const cells = cellsOf(
          list.map((one) => one.score as number),
          list.map((one) => one.isPositive),
        );
        const figures = performanceFigures(
          stateOf(list.map((one) => ({ ...one, isActed: true, value: null, labelDelayMs: null }))),
        );
        const area = rocAuc(cells);
        expect(figures.rocAuc.value === null).toBe(area === null);
        expect(Math.abs((figures.rocAuc.value ?? 0) - (area?.auc ?? 0))).toBeLessThanOrEqual(
          figures.rocAuc.resolution + 1e-12,
        );
        const error = calibrationError(calibrationCurve(cells, 10)) as number;
        expect(Math.abs((figures.calibrationError.value as number) - error)).toBeLessThanOrEqual(
          figures.calibrationError.resolution + 1e-12,
        );
      }),
    );
  });

  it.each([
    ['value', 0.5],
    ['value', Number.NaN],
    ['value', 2 ** 33],
    ['labelDelayMs', Number.NaN],
    ['labelDelayMs', Infinity],
  ])('refuses %s %d and stays as it was', (name, bad) => {
    const state = noPerformance();
    const good: LabelledDecision = { score: 0.5, isPositive: true, isActed: true, value: 1, labelDelayMs: 1 };
    expect(() => countLabelled(state, { ...good, [name]: bad })).toThrow(RangeError);
    expect(state).toEqual(noPerformance());
  });
});
