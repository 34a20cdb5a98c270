import { etaSeconds, type RedrivePulse } from './eta.js';

const pulse = (parts: Partial<RedrivePulse> = {}): RedrivePulse => ({
  state: 'running',
  waiting: 300,
  recentlySent: 1_000,
  recentSeconds: 10,
  ...parts,
});

describe('etaSeconds', () => {
  it.each([
    ['at the rate of the last seconds', {}, 3],
    ['rounded up', { waiting: 301 }, 4],
    ['nothing left', { waiting: 0, recentlySent: 0 }, 0],
    ['nothing sent yet', { recentlySent: 0 }, null],
    ['just begun', { recentSeconds: 0 }, null],
    ['paused', { state: 'paused' }, null],
    ['done', { state: 'done', waiting: 0 }, null],
  ])('%s', (...[, parts, expected]) => {
    expect(etaSeconds(pulse(parts))).toBe(expected);
  });
});
