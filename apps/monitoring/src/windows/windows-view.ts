import type { DeadLetterWindow, WindowView } from '@pitwall/contracts';
import type { Feature } from '@pitwall/pipeline';
import { logQuantileOf } from '@pitwall/statistics';
import { addCounts, noCounts, SCORE_BINS, type WindowCounts } from './window-counts.js';
import type { StoredWindow } from './windows.repository.js';

/** How a window is shown: whose it is, how long it is, and which features it has. */
export interface WindowShape {
  readonly pipeline: string;
  readonly windowMs: number;
  readonly features: readonly Feature[];
}

/** Event-time windows, oldest first: the counts of all partitions and kinds added up. */
export function windowViews(stored: readonly StoredWindow[], shape: WindowShape): WindowView[] {
  return mergedByStart(stored).map(([from, counts]) => windowView(counts, from, shape));
}

/** Dead letters per window of append time, oldest first. */
export function deadLetterViews(
  stored: readonly StoredWindow[],
  shape: Pick<WindowShape, 'windowMs'>,
): DeadLetterWindow[] {
  return mergedByStart(stored).map(([from, counts]) => ({
    ...bounds(from, shape.windowMs),
    byReason: counts.deadLetters,
  }));
}

function mergedByStart(stored: readonly StoredWindow[]): [number, WindowCounts][] {
  const merged = new Map<number, WindowCounts>();
  for (const { from, counts } of stored) {
    const into = merged.get(from) ?? noCounts();
    merged.set(from, into);
    addCounts(into, counts);
  }
  return [...merged].toSorted(([a], [b]) => a - b);
}

function windowView(counts: WindowCounts, from: number, shape: WindowShape): WindowView {
  return {
    pipeline: shape.pipeline,
    ...bounds(from, shape.windowMs),
    predictions: counts.totals['predictions'] ?? 0,
    results: counts.totals['results'] ?? 0,
    late: counts.totals['late'] ?? 0,
    fallbacks: counts.totals['fallbacks'] ?? 0,
    decisions: counts.decisions,
    features: shape.features.map(({ name }) => ({
      feature: name,
      missing: counts.missing[name] ?? 0,
      repaired: counts.repaired[name] ?? 0,
    })),
    scoreHistogram: Array.from({ length: SCORE_BINS }, (_, bin) => counts.scores[bin] ?? 0),
    latencyMs: latencyView(counts),
  };
}

function latencyView({ latencyMs }: WindowCounts): WindowView['latencyMs'] {
  const count = Object.values(latencyMs).reduce((sum, n) => sum + n, 0);
  const at = (q: number): number | null => logQuantileOf(latencyMs, q);
  return { count, p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1) };
}

function bounds(from: number, windowMs: number): { from: string; to: string } {
  return { from: new Date(from).toISOString(), to: new Date(from + windowMs).toISOString() };
}
