import { type DeadLetterWindow, type Hop, HOPS, type ModelPerformance, type WindowView } from '@pitwall/contracts';
import type { Feature } from '@pitwall/pipeline';
import { type LogHistogram, logQuantileOf, performanceFigures, type PerformanceState } from '@pitwall/statistics';
import { VALUE_SCALE } from './counted-labels.js';
import { addCounts, noCounts, SCORE_BINS } from './window-counts.js';
import type { StoredWindow } from './windows.repository.js';

/** How a window is shown: whose it is, how long it is, and which features it has. */
export interface WindowShape {
  readonly pipeline: string;
  readonly windowMs: number;
  readonly features: readonly Feature[];
  readonly currency: string;
}

/** Event-time windows, oldest first: the counts of all partitions and kinds added up. */
export function windowViews(stored: readonly StoredWindow[], shape: WindowShape): WindowView[] {
  return mergedByStart(stored).map((window) => windowView(window, shape));
}

/** Dead letters per window of append time, oldest first. */
export function deadLetterViews(
  stored: readonly StoredWindow[],
  shape: Pick<WindowShape, 'windowMs'>,
): DeadLetterWindow[] {
  return mergedByStart(stored).map(({ from, counts }) => ({
    ...bounds(from, shape.windowMs),
    byReason: counts.deadLetters,
  }));
}

type MergedWindow = Omit<StoredWindow, 'kind'>;

function mergedByStart(stored: readonly StoredWindow[]): MergedWindow[] {
  const merged = new Map<number, MergedWindow>();
  for (const { from, counts, revision, changedAt } of stored) {
    const before = merged.get(from) ?? { from, counts: noCounts(), revision: 0, changedAt: 0 };
    addCounts(before.counts, counts);
    merged.set(from, {
      ...before,
      revision: before.revision + revision,
      changedAt: Math.max(before.changedAt, changedAt),
    });
  }
  return [...merged.values()].toSorted((a, b) => a.from - b.from);
}

function windowView({ from, counts, revision, changedAt }: MergedWindow, shape: WindowShape): WindowView {
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
    latencyMs: quantilesOf(counts.latencyMs),
    hopLatencyMs: hopQuantiles(counts.hopLatencyMs),
    performance: Object.entries(counts.performance)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([model, state]) => performanceView(model, state, shape.currency)),
    revision,
    asOf: new Date(changedAt).toISOString(),
  };
}

function performanceView(model: string, state: PerformanceState, currency: string): ModelPerformance {
  const { predictions, truePositives, falsePositives, falseNegatives, trueNegatives, value } = state.totals;
  const figures = performanceFigures(state);
  const per1000 = figures.valuePer1000;
  return {
    model,
    predictions,
    labels: truePositives + falsePositives + falseNegatives + trueNegatives,
    figures: { ...figures, valuePer1000: inUnits(per1000) },
    value: value / VALUE_SCALE,
    currency,
    labelDelayMs: quantilesOf(state.labelDelayMs),
  };
}

type Estimate = ReturnType<typeof performanceFigures>['valuePer1000'];

/** Values are counted in hundredths. */
function inUnits({ value, interval, ...rest }: Estimate): Estimate {
  return {
    ...rest,
    value: value === null ? null : value / VALUE_SCALE,
    interval: interval === null ? null : { lower: interval.lower / VALUE_SCALE, upper: interval.upper / VALUE_SCALE },
  };
}

function hopQuantiles(histograms: Readonly<Record<Hop, LogHistogram>>): WindowView['hopLatencyMs'] {
  const quantiles = HOPS.map((hop) => [hop, quantilesOf(histograms[hop])] as const);
  return Object.fromEntries(quantiles) as WindowView['hopLatencyMs'];
}

function quantilesOf(histogram: LogHistogram): WindowView['latencyMs'] {
  const count = Object.values(histogram).reduce((sum, n) => sum + n, 0);
  const at = (q: number): number | null => logQuantileOf(histogram, q);
  return { count, p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1) };
}

function bounds(from: number, windowMs: number): { from: string; to: string } {
  return { from: new Date(from).toISOString(), to: new Date(from + windowMs).toISOString() };
}
