import { ManualTimers } from '../memory/manual-timers.js';
import { FetchPace } from './fetch-pace.js';

const records = (...counts: readonly number[]) =>
  counts.map((length) => ({ messages: new Array<null>(length).fill(null) }));

/** How long a fetch from the node waits, milliseconds. */
async function waitOf(pace: FetchPace, timers: ManualTimers, nodeId = '1'): Promise<number> {
  const from = timers.now();
  const ended = pace.until(nodeId).then(() => timers.now() - from);
  await timers.pass(1_000);
  return ended;
}

describe('FetchPace', () => {
  const setUp = () => {
    const timers = new ManualTimers();
    return { timers, pace: new FetchPace(timers) };
  };

  it('fetches at once at first', async () => {
    const { pace, timers } = setUp();
    await expect(waitOf(pace, timers)).resolves.toBe(0);
  });

  it('lets records gather after a fetch that brought few', async () => {
    const { pace, timers } = setUp();
    pace.brought('1', records(3, 4));
    await expect(waitOf(pace, timers)).resolves.toBe(20);
  });

  it('counts the time since then: who was busy meanwhile does not wait', async () => {
    const { pace, timers } = setUp();
    pace.brought('1', records(3));
    await timers.pass(25);
    await expect(waitOf(pace, timers)).resolves.toBe(0);
  });

  it.each([
    ['nothing', records()],
    ['empty batches', records(0, 0)],
    ['much', records(300, 200)],
  ])('fetches at once after %s', async (_, batches) => {
    const { pace, timers } = setUp();
    pace.brought('1', records(3));
    pace.brought('1', batches);
    await expect(waitOf(pace, timers)).resolves.toBe(0);
  });

  it('knows each node by itself', async () => {
    const { pace, timers } = setUp();
    pace.brought('1', records(3));
    await expect(waitOf(pace, timers, '2')).resolves.toBe(0);
  });
});
