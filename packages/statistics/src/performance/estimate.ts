import type { Interval } from '../intervals/interval.js';

/** A figure as far as the observations tell it. */
export interface Estimate {
  /** Null where the observations say nothing of it; never NaN. */
  readonly value: number | null;
  /** Observations it rests on. */
  readonly n: number;
  /** Null where the observations do not tell how sure it is, and where it is a fact and no estimate. */
  readonly interval: Interval | null;
  /** How far the value may lie from that of the raw observations because the state keeps bins and rounded sums; 0: it is the same. */
  readonly resolution: number;
}

/** The estimate of a figure of which nothing is known. */
export function noEstimate(n = 0): Estimate {
  return { value: null, n, interval: null, resolution: 0 };
}
