import fc from 'fast-check';
import { decide, decideFallback, isCorrect, labelOutcome, valueOf } from './decision.js';
import type { DecisionPolicy } from './definition.js';

const policy: DecisionPolicy = {
  policyVersion: '7',
  threshold: 1 / 3,
  act: 'intervene',
  hold: 'proceed',
  outcomes: { positive: 'late', negative: 'on-time' },
  currency: 'USD',
  values: { intervene: { late: 80, 'on-time': -40 }, proceed: { late: 0, 'on-time': 0 } },
  fallback: { decision: 'proceed', afterMs: 30_000 },
};

it.each([
  [0, 'proceed', 0],
  [0.33333, 'proceed', 0],
  [1 / 3, 'intervene', 0],
  [0.5, 'intervene', 20],
  [1, 'intervene', 80],
])('decides at a score of %d to %s, worth %d', (score, decision, amount) => {
  expect(decide(score, policy)).toEqual({
    decision,
    threshold: 1 / 3,
    policyVersion: '7',
    expectedValue: { amount, currency: 'USD' },
  });
});

it('takes the better decision at every score, the threshold being the break-even', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (score) => {
      const acting = score * 80 - (1 - score) * 40;
      expect(decide(score, policy).expectedValue?.amount).toBeCloseTo(Math.max(acting, 0), 5);
    }),
  );
});

it.each([[Number.NaN], [-0.01], [1.01], [Number.POSITIVE_INFINITY]])('refuses to decide on %d', (score) => {
  expect(() => decide(score, policy)).toThrow(expect.objectContaining({ code: 'score_invalid' }));
});

it('takes the fallback where it is declared, without an expected value', () => {
  expect(decideFallback(policy)).toEqual({
    decision: 'proceed',
    threshold: 1 / 3,
    policyVersion: '7',
    expectedValue: null,
  });
});

it('has no decision where no fallback is declared', () => {
  expect(decideFallback({ ...policy, fallback: null })).toBeUndefined();
});

it('knows what an outcome is worth, and says so where it does not', () => {
  expect(valueOf('intervene', 'on-time', policy)).toBe(-40);
  expect(() => valueOf('intervene', 'diverted', policy)).toThrow(expect.objectContaining({ code: 'unknown_outcome' }));
});

it.each([
  [true, 'late'],
  [false, 'on-time'],
  ['late', 'late'],
  ['on-time', 'on-time'],
  ['diverted', undefined],
  ['', undefined],
  ['true', undefined],
  ['constructor', undefined],
])('takes the label %j for the outcome %j', (label, outcome) => {
  expect(labelOutcome(label, policy)).toBe(outcome);
});

it.each([
  ['intervene', 'late', true],
  ['intervene', 'on-time', false],
  ['proceed', 'late', false],
  ['proceed', 'on-time', true],
])('says of %s that turned out %s: right is %s', (decision, outcome, isRight) => {
  expect(isCorrect(decision, outcome, policy)).toBe(isRight);
});

it('calls a decision right by what was observed and not by what it earned', () => {
  const lossy = { ...policy, values: { intervene: { late: -1, 'on-time': 0 }, proceed: { late: 0, 'on-time': 0 } } };
  expect(isCorrect('intervene', 'late', lossy)).toBe(true);
});

it.each([
  ['wait', 'late'],
  ['proceed', 'diverted'],
])('does not judge %s and %s', (decision, outcome) => {
  expect(() => isCorrect(decision, outcome, policy)).toThrow(expect.objectContaining({ code: 'unknown_outcome' }));
});
