import { waitUntilQuiet } from './quiet.js';

const ends = new Map([[0, 10]]);

const optionsWith = (committedOf: (group: string) => number, timeoutMs = 1_000) => {
  let now = 0;
  return {
    admin: {
      endOffsets: () => Promise.resolve(ends),
      committedOffsets: (group: string) => Promise.resolve(new Map([[0, committedOf(group)]])),
    },
    pipeline: 'p',
    timeoutMs,
    signal: new AbortController().signal,
    onLag: () => undefined,
    monotonicMs: () => now,
    sleep: (ms: number) => {
      now += ms;
      return Promise.resolve();
    },
  };
};

describe('waitUntilQuiet', () => {
  it('waits until everybody has committed to the end', async () => {
    let looks = 0;
    const committed = (group: string): number => {
      looks += 1;
      return group === 'pitwall.monitoring.results.p' && looks < 10 ? 9 : 10;
    };
    await waitUntilQuiet(optionsWith(committed));
    expect(looks).toBe(18);
  });

  it('names who is behind when the time is over', async () => {
    const behind = waitUntilQuiet(optionsWith((group) => (group === 'pitwall.results.predictions.p' ? 4 : 10)));
    await expect(behind).rejects.toThrow('behind are results predictions by 6');
  });

  it('takes a partition that was never committed for unread', async () => {
    const options = optionsWith(() => 10, 0);
    const admin = { ...options.admin, committedOffsets: () => Promise.resolve(new Map<number, number>()) };
    await expect(waitUntilQuiet({ ...options, admin })).rejects.toThrow('ingestion events by 10');
  });
});
