import { demandsOn } from './demands.js';
import type { OverloadNumbers } from './run-overload.js';

const MIB = 1024 * 1024;

const numbers = (parts: Partial<OverloadNumbers> = {}): OverloadNumbers => ({
  calibratedPerSecond: 1_000,
  pressedPerSecond: 5_000,
  seconds: 60,
  sent: 300_000,
  http: { accepted: 20_000, byStatus: { 202: 20, 429: 300 }, refusedWithoutRetryAfter: 0 },
  backlog: 240_000,
  drainedPerSecond: 900,
  peaks: [{ name: 'results', bytes: 300 * MIB }],
  findings: [],
  ...parts,
});

const broken = (parts: Partial<OverloadNumbers>): readonly string[] =>
  demandsOn(numbers(parts)).flatMap(({ what, holds }) => (holds ? [] : [what]));

const http = (parts: Partial<OverloadNumbers['http']>): Partial<OverloadNumbers> => ({
  http: { ...numbers().http, ...parts },
});

describe('what must hold under overload', () => {
  it('holds where it was kept', () => {
    expect(broken({})).toEqual([]);
  });

  it.each([
    ['too little was sent', { pressedPerSecond: 1_999 }, /times of what can be drained/],
    ['nobody lagged', { backlog: 0 }, /backlog was there/],
    ['HTTP refused nothing', http({ byStatus: { 202: 20 } }), /429, and answered nothing else/],
    ['HTTP failed', http({ byStatus: { 202: 20, 429: 1, 503: 1 } }), /429, and answered nothing else/],
    ['HTTP did not answer', http({ byStatus: { 0: 1, 429: 1 } }), /429, and answered nothing else/],
    ['a refusal says no time', http({ refusedWithoutRetryAfter: 1 }), /when to come again/],
    ['a service grew', { peaks: [{ name: 'results', bytes: 513 * MIB }] }, /more than 512 MiB/],
    ['it drained slowly afterwards', { drainedPerSecond: 799 }, /80 % of the rate/],
    ['something was lost', { findings: ['L1: 1 record'] }, /nothing was lost/],
  ])('is broken where %s', (_case, parts, what) => {
    expect(broken(parts)).toEqual([expect.stringMatching(what)]);
  });
});
