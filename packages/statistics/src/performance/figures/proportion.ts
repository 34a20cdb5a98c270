import { wilsonInterval } from '../../intervals/wilson.js';
import { noEstimate, type Estimate } from '../estimate.js';

/** Estimate of a proportion from counts, with Wilson's interval; null of nothing. Exact. */
export function proportion(successes: number, n: number, confidence: number): Estimate {
  if (n === 0) return noEstimate();
  return { value: successes / n, n, interval: wilsonInterval(successes, n, confidence), resolution: 0 };
}
