import * as fc from 'fast-check';
import { Pace } from './pace.js';

describe('a pace', () => {
  it.each([
    [0.1, 1],
    [5, 1],
    [100, 20],
    [5_000, 200],
  ])('of %d records a second sends at most %d at once', (rate, records) => {
    expect(new Pace(rate).chunkRecords).toBe(records);
  });

  it('waits as long as what was sent takes, and not at all before', () => {
    const pace = new Pace(100);
    expect(pace.waitMs(0)).toBe(0);
    pace.sent(20, 1_000);
    expect(pace.waitMs(1_050)).toBe(150);
    expect(pace.waitMs(1_300)).toBe(0);
  });

  it('never lets more through in a time than its rate and one chunk, however long sends and pauses take', () => {
    const step = fc.record({ sendMs: fc.nat(2_000), pauseMs: fc.nat(20_000) });
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 5_000, noNaN: true }), fc.array(step), (rate, steps) => {
        const pace = new Pace(rate);
        let now = 0;
        const sends: number[] = [];
        for (const { sendMs, pauseMs } of steps) {
          now += pauseMs + pace.waitMs(now + pauseMs);
          sends.push(now);
          pace.sent(pace.chunkRecords, now);
          now += sendMs;
        }
        sends.forEach((from, first) => {
          sends.slice(first).forEach((to, count) => {
            expect(count * pace.chunkRecords).toBeLessThanOrEqual(((to - from) / 1_000) * rate + 1e-6);
          });
        });
      }),
    );
  });
});
