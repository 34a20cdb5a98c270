/** Halvings of the interval from 0 to 1: more than a double can tell apart. */
const STEPS = 60;

/**
 * The share of failures that is refuted: were it any larger, so few of `trials` would have failed in at most one of twenty such
 * series (Clopper and Pearson, one-sided 95 %). With no failure it is 1 − 0.05^(1/n), about three in n.
 */
export function survivalBound({ trials, failures }: { readonly trials: number; readonly failures: number }): number {
  if (failures >= trials) return 1;
  let [low, high] = [0, 1];
  for (let step = 0; step < STEPS; step += 1) {
    const middle = (low + high) / 2;
    if (atMost(failures, trials, middle) > 1 - CONFIDENCE) low = middle;
    else high = middle;
  }
  return high;
}

const CONFIDENCE = 0.95;

/** How likely it is that so few fail, if each does with this probability. */
function atMost(failures: number, trials: number, probability: number): number {
  let term = (1 - probability) ** trials;
  let sum = term;
  for (let failed = 1; failed <= failures; failed += 1) {
    term *= ((trials - failed + 1) / failed) * (probability / (1 - probability));
    sum += term;
  }
  return sum;
}
