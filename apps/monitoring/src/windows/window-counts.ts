import { logBinOf, type LogHistogram } from '@pitwall/statistics';

/** Bins of equal width over the scores from 0 to 1. */
export const SCORE_BINS = 20;

type Counts = Record<string, number>;

/**
 * What is counted of one window. Whole numbers only, and only what is not zero: merging is addition in any order, so that the
 * same log gives the same counts whatever the batch cuts.
 */
export interface WindowCounts {
  readonly totals: Counts;
  /** By feature. */
  readonly missing: Counts;
  readonly repaired: Counts;
  /** By decision. */
  readonly decisions: Counts;
  /** By bin 0 to {@link SCORE_BINS} - 1. */
  readonly scores: Counts;
  /** By reason code. */
  readonly deadLetters: Counts;
  /** Milliseconds from append of the raw event to append of its result. */
  readonly latencyMs: LogHistogram;
}

const PARTS = [
  'totals',
  'missing',
  'repaired',
  'decisions',
  'scores',
  'deadLetters',
  'latencyMs',
] as const satisfies readonly (keyof WindowCounts)[];

/** Counts of a window in which nothing has happened yet. */
export function noCounts(): WindowCounts {
  return { totals: {}, missing: {}, repaired: {}, decisions: {}, scores: {}, deadLetters: {}, latencyMs: {} };
}

/** Adds one to a count. */
export function increment(counts: Counts, name: string | number): void {
  counts[name] = (counts[name] ?? 0) + 1;
}

/** Counts a score from 0 to 1; 1 falls into the last bin. */
export function countScore(counts: WindowCounts, score: number): void {
  increment(counts.scores, Math.min(SCORE_BINS - 1, Math.floor(score * SCORE_BINS)));
}

/** Counts a latency in milliseconds. */
export function countLatency(counts: WindowCounts, ms: number): void {
  increment(counts.latencyMs, logBinOf(ms));
}

/** Adds the second to the first. */
export function addCounts(into: WindowCounts, more: WindowCounts): void {
  for (const part of PARTS) {
    for (const [name, count] of Object.entries(more[part])) into[part][name] = (into[part][name] ?? 0) + count;
  }
}

/** First instant of the tumbling window that holds a time; both in ms since the epoch. */
export function windowStart(timeMs: number, windowMs: number): number {
  return Math.floor(timeMs / windowMs) * windowMs;
}
