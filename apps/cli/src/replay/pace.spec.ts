import { Pace } from './pace.js';

const never = new AbortController().signal;

describe('Pace', () => {
  it.each([
    [1, 1],
    [50, 10],
    [1_000, 200],
    [1_000_000, 500],
  ])('lets at most a fifth of %d records a second go at once: %d', (perSecond, chunk) => {
    expect(new Pace(perSecond).chunk).toBe(chunk);
  });

  it('makes who comes early wait for his turn, and does not catch up on what was missed', async () => {
    const waits: number[] = [];
    let now = 0;
    const pace = new Pace(100, {
      monotonicMs: () => now,
      sleep: async (ms) => {
        waits.push(ms);
        now += ms;
      },
    });
    for (let turn = 0; turn < 3; turn += 1) await pace.turn(20, never);
    expect([waits, now]).toEqual([[200, 200], 400]);
    now = 10_000;
    await pace.turn(20, never);
    await pace.turn(20, never);
    expect(waits).toEqual([200, 200, 200]);
  });

  it('does not wait on after the signal', async () => {
    const pace = new Pace(1);
    await pace.turn(1, never);
    const stop = new AbortController();
    const turn = pace.turn(1, stop.signal);
    stop.abort();
    await expect(turn).resolves.toBeUndefined();
  });
});
