import { type BenchmarkNumbers, drainRate, latencyOf } from './numbers.js';
import { outcomesOf } from './targets.js';

describe('latencyOf', () => {
  it('is made of measured values', () => {
    const values = Array.from({ length: 1000 }, (_, at) => 1000 - at);
    expect(latencyOf(values)).toEqual({ count: 1000, p50: 500, p99: 990, p999: 999, max: 1000 });
  });

  it('is nothing where nothing was measured', () => {
    expect(latencyOf([])).toEqual({ count: 0, p50: null, p99: null, p999: null, max: null });
  });
});

describe('drainRate', () => {
  it('counts from the first append to the last', () => {
    expect(drainRate([3000, 1000, 2000])).toEqual({ events: 3, seconds: 2, eventsPerSecond: 1.5 });
  });

  it('says no rate of a single moment', () => {
    expect(drainRate([1000])).toEqual({ events: 1, seconds: 0, eventsPerSecond: 0 });
  });
});

const numbers = (given: { rate: number; p99: number; eventsPerSecond: number; cpu: number }): BenchmarkNumbers => {
  const latency = { count: 1, p50: 1, p99: given.p99, p999: 1, max: 1 };
  return {
    drain: { events: 1, seconds: 1, eventsPerSecond: given.eventsPerSecond, wallSeconds: 1 },
    paced: { rate: given.rate, seconds: 1, events: 1, fromDueMs: latency, fromAppendMs: latency },
    processes: ['inference', 'inference: model', 'kafka'].map((name) => ({
      name,
      cpuSeconds: 1,
      cpuSecondsPerMillion: given.cpu,
      peakBytes: 1,
    })),
  };
};

describe('outcomesOf', () => {
  it('holds each number against its target', () => {
    const outcomes = outcomesOf(numbers({ rate: 1000, p99: 250, eventsPerSecond: 4999, cpu: 20.5 }));
    expect(outcomes.map(({ state, measured }) => [measured, state])).toEqual([
      [4999, 'missed'],
      [41, 'missed'],
      [61.5, 'met'],
      [250, 'met'],
    ]);
  });

  it('says nothing of a latency at another rate', () => {
    const outcomes = outcomesOf(numbers({ rate: 2000, p99: 1, eventsPerSecond: 1, cpu: 1 }));
    expect(outcomes.at(-1)?.state).toBe('not measured');
  });
});
