import type { ModelPerformance, WindowView } from '@pitwall/contracts';
import { watchedOf } from './windows.js';

const NONE = { count: 0, p50: null, p90: null, p99: null, max: null };

const aModel = (model: string, labels: number, accuracy: number | null, value: number): ModelPerformance => ({
  model,
  predictions: 10,
  labels,
  figures: { accuracy: { value: accuracy, n: labels, interval: null, resolution: 0 } },
  value,
  currency: 'USD',
  labelDelayMs: NONE,
});

const aWindow = (hour: number, performance: readonly ModelPerformance[]): WindowView => ({
  pipeline: 'p',
  from: `2013-04-01T0${hour}:00:00.000Z`,
  to: `2013-04-01T0${hour + 1}:00:00.000Z`,
  predictions: 10,
  results: 9,
  late: 1,
  fallbacks: 0,
  decisions: { proceed: 9 },
  features: [],
  scoreHistogram: Array.from({ length: 20 }, () => 0),
  latencyMs: NONE,
  hopLatencyMs: { features: NONE, predictions: NONE, results: NONE, outcomes: NONE },
  performance: [...performance],
  revision: 1,
  asOf: '2026-01-01T00:00:00.000Z',
});

const watched = (...windows: readonly WindowView[]) =>
  watchedOf({ pipeline: 'p', windowMs: 3_600_000, windows: [...windows], deadLetters: [] });

describe('watchedOf', () => {
  it('weighs the accuracy of each window by its labels, and sums the values, for each model version', () => {
    const { performance, windows, lastWindow } = watched(
      aWindow(1, [aModel('champion@1', 30, 0.9, 100), aModel('fallback', 0, null, 0)]),
      aWindow(2, [aModel('champion@1', 10, 0.5, -20.5), aModel('champion@2', 0, null, 0)]),
    );
    expect(performance).toEqual([
      { model: 'champion@1', predictions: 20, labels: 40, accuracy: 0.8, value: 79.5, currency: 'USD' },
      { model: 'fallback', predictions: 10, labels: 0, accuracy: null, value: 0, currency: 'USD' },
      { model: 'champion@2', predictions: 10, labels: 0, accuracy: null, value: 0, currency: 'USD' },
    ]);
    expect(windows).toEqual({ count: 2, from: '2013-04-01T01:00:00.000Z' });
    expect(lastWindow).toMatchObject({ from: '2013-04-01T02:00:00.000Z', results: 9 });
  });

  it('has nothing to say of no windows', () => {
    expect(watched()).toEqual({ lastWindow: null, windows: { count: 0, from: null }, performance: [] });
  });
});
