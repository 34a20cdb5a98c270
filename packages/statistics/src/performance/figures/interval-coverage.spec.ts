import { countLabelled, countPrediction } from '../count-labelled.js';
import { noPerformance, type PerformanceState } from '../performance-state.js';
import { performanceFigures, type FigureName } from './index.js';

const RUNS = 250;
const OBSERVATIONS = 300;
const CONFIDENCE = 0.95;
/** Three standard errors of a coverage that is as stated. */
const SLACK = 3 * Math.sqrt((CONFIDENCE * (1 - CONFIDENCE)) / RUNS);

/**
 * What is true where scores are uniform, an outcome is positive with the probability that its score says, and decisions to act
 * begin at one half; an action is worth 100 where it was right and costs 50 where it was not.
 */
const TRUTH: Partial<Record<FigureName, number>> = {
  accuracy: 3 / 4,
  precision: 3 / 4,
  recall: 3 / 4,
  f1: 3 / 4,
  rocAuc: 5 / 6,
  logLoss: 1 / 2,
  brier: 1 / 6,
  calibrationError: 0,
  calibrationGap: 0,
  meanScore: 1 / 2,
  observedShare: 1 / 2,
  valuePer1000: 31_250,
};

/** mulberry32: the same draws in every run. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function draw(random: () => number): PerformanceState {
  const state = noPerformance();
  for (let at = 0; at < OBSERVATIONS; at += 1) {
    const score = random();
    const isPositive = random() < score;
    const isActed = score >= 0.5;
    countPrediction(state);
    countLabelled(state, {
      score,
      isPositive,
      isActed,
      value: isActed ? (isPositive ? 100 : -50) : 0,
      labelDelayMs: null,
    });
  }
  return state;
}

describe(`intervals of ${RUNS} windows of ${OBSERVATIONS} decisions`, () => {
  const random = generator(20_130_101);
  const runs = Array.from({ length: RUNS }, () => performanceFigures(draw(random), CONFIDENCE));
  const truths = Object.entries(TRUTH) as [FigureName, number][];

  it.each(truths)('of %s hold the truth %d as often as they say', (name, truth) => {
    const held = runs.filter(
      ({ [name]: { interval } }) => interval && interval.lower <= truth && truth <= interval.upper,
    );
    expect(held.length / RUNS).toBeGreaterThanOrEqual(CONFIDENCE - SLACK);
  });

  it('are no wider than they need be, where they claim to be exact in the large', () => {
    const names = truths.map(([name]) => name).filter((name) => name !== 'calibrationError');
    for (const name of names) {
      const truth = TRUTH[name] as number;
      const missed = runs.filter(
        ({ [name]: { interval } }) => !interval || truth < interval.lower || truth > interval.upper,
      );
      expect(missed.length / RUNS).toBeGreaterThanOrEqual(1 - CONFIDENCE - SLACK);
    }
  });
});
