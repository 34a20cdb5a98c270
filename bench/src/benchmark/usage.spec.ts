import type { ProcessUsage } from '@pitwall/platform';
import { costsBetween, cpuPerMillion } from './usage.js';

const aUsage = (given: Partial<ProcessUsage> = {}): ProcessUsage => ({
  cpuSeconds: 1,
  childrenCpuSeconds: 0,
  peakBytes: 100,
  children: 0,
  largestChildPeakBytes: 0,
  ...given,
});

describe('costsBetween', () => {
  it('is what was used in between, per million events, and the memory at the end', () => {
    const costs = costsBetween(
      new Map([['kafka', aUsage({ cpuSeconds: 5 })]]),
      new Map([['kafka', aUsage({ cpuSeconds: 7, peakBytes: 300 })]]),
      500_000,
    );
    expect(costs).toEqual([{ name: 'kafka', cpuSeconds: 2, cpuSecondsPerMillion: 4, peakBytes: 300 }]);
  });

  it('gives children a row of their own', () => {
    const costs = costsBetween(
      new Map([['inference', aUsage({ childrenCpuSeconds: 1, children: 1 })]]),
      new Map([['inference', aUsage({ childrenCpuSeconds: 4, children: 1, largestChildPeakBytes: 9 })]]),
      1_000_000,
    );
    expect(costs[1]).toEqual({ name: 'inference: model', cpuSeconds: 3, cpuSecondsPerMillion: 3, peakBytes: 9 });
  });

  it('does not guess where the system says nothing', () => {
    const costs = costsBetween(new Map([['kafka', null]]), new Map([['kafka', aUsage()]]), 1);
    expect(costs).toEqual([{ name: 'kafka', cpuSeconds: null, cpuSecondsPerMillion: null, peakBytes: null }]);
    expect(cpuPerMillion(costs, () => true)).toBeNull();
  });
});
