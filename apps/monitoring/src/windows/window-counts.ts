import { type Hop, HOPS } from '@pitwall/contracts';
import {
  addCount,
  addCounts as addAll,
  addPerformance,
  type Counts,
  logBinOf,
  type LogHistogram,
  noPerformance,
  type PerformanceState,
} from '@pitwall/statistics';

/** Bins of equal width over the scores from 0 to 1. */
export const SCORE_BINS = 20;

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
  /** Milliseconds from append to append, of each hop. */
  readonly hopLatencyMs: Readonly<Record<Hop, LogHistogram>>;
  /** By model version, see {@link modelKey}. */
  readonly performance: Record<string, PerformanceState>;
}

const COUNTS = [
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
  return {
    totals: {},
    missing: {},
    repaired: {},
    decisions: {},
    scores: {},
    deadLetters: {},
    latencyMs: {},
    hopLatencyMs: { features: {}, predictions: {}, results: {}, outcomes: {} },
    performance: {},
  };
}

/** Adds one to a count. */
export function increment(counts: Counts, name: string | number): void {
  addCount(counts, name, 1);
}

/** Counts a score from 0 to 1; 1 falls into the last bin. */
export function countScore(counts: WindowCounts, score: number): void {
  increment(counts.scores, Math.min(SCORE_BINS - 1, Math.floor(score * SCORE_BINS)));
}

/** Counts a latency in milliseconds. */
export function countLatency(counts: WindowCounts, ms: number): void {
  increment(counts.latencyMs, logBinOf(ms));
}

/** Counts how long one hop took, milliseconds. */
export function countHop(counts: WindowCounts, hop: Hop, ms: number): void {
  increment(counts.hopLatencyMs[hop], logBinOf(ms));
}

/** The performance of one model version, begun where there is none yet. */
export function performanceOf(counts: WindowCounts, model: string): PerformanceState {
  return (counts.performance[model] ??= noPerformance());
}

/** Adds the second to the first. */
export function addCounts(into: WindowCounts, more: WindowCounts): void {
  for (const part of COUNTS) addAll(into[part], more[part]);
  for (const hop of HOPS) addAll(into.hopLatencyMs[hop], more.hopLatencyMs[hop]);
  for (const [model, state] of Object.entries(more.performance)) addPerformance(performanceOf(into, model), state);
}

/** How a model version is called in windows; decisions of the fallback have a line of their own. */
export function modelKey(model: { readonly name: string; readonly version: string } | null): string {
  return model === null ? 'fallback' : `${model.name}@${model.version}`;
}

/** First instant of the tumbling window that holds a time; both in ms since the epoch. */
export function windowStart(timeMs: number, windowMs: number): number {
  return Math.floor(timeMs / windowMs) * windowMs;
}
