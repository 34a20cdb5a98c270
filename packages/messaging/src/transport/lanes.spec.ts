import { PitwallError } from '@pitwall/contracts';
import { dead, done } from '../outcomes.js';
import { FAILING, failingOn, type Judge, LaneWorld, numbered } from './a-lane-world.js';

const POISON = dead({ reason: 'not_json', message: 'No JSON.' });

const poisonOnly: Judge = () => POISON;

describe('the breaker', () => {
  let world: LaneWorld;
  afterEach(() => world.stop());

  it('opens where most records fail alike: nothing more is taken, nothing is given up, one is tried', async () => {
    world = new LaneWorld(() => FAILING);
    await world.publish(...numbered(500));
    await world.start();
    expect(world.state).toMatchObject({
      phase: 'retrying',
      reason: expect.stringContaining('fail alike (policy_failed)'),
    });
    const handled = world.handled.length;
    await world.timers.pass(300_000);
    expect(world.letters).toEqual([]);
    expect(await world.committed()).toBe(0);
    // Every 10 s one that has failed and one that was not tried yet, and never more than one at a time.
    expect(world.handled.length - handled).toBeLessThan(80);
    expect(world.handled.slice(handled).every((values) => values.length === 1)).toBe(true);
  });

  it('closes by itself as soon as one record works, and nothing is lost or out of order', async () => {
    world = new LaneWorld(() => FAILING);
    const values = numbered(500);
    await world.publish(...values);
    await world.start();
    await world.timers.pass(60_000);
    world.judgeBy(() => done());
    await world.timers.pass(12_000);
    expect(new Set(world.sent)).toEqual(new Set(values));
    expect(world.sent).toHaveLength(500);
    expect(await world.committed()).toBe(500);
    expect(world.state?.phase).toBe('running');
    expect(world.letters).toEqual([]);
  });

  it('closes by a record that was not tried before, where those that have failed fail for ever', async () => {
    const [failing, fine] = [numbered(60).slice(0, 40), numbered(60).slice(40)];
    world = new LaneWorld(failingOn(...failing));
    await world.publish(...failing);
    await world.start();
    await world.publish(...fine);
    expect(world.state?.phase).toBe('retrying');
    await world.timers.pass(400_000);
    expect(world.sent).toEqual(fine);
    expect(world.letters).toHaveLength(40);
    expect(world.state?.phase).toBe('running');
  });

  it('opens where the handler throws what nobody knows, after some records and not after all', async () => {
    world = new LaneWorld(() => {
      throw new TypeError('broken');
    });
    await world.publish(...numbered(1_000));
    await world.start();
    await world.timers.pass(1_000);
    expect(world.handled.length).toBeLessThan(100);
    expect(world.state).toMatchObject({ phase: 'retrying', reason: expect.stringContaining('unexpected_error') });
    world.judgeBy(() => done());
    await world.timers.pass(12_000);
    expect(world.sent).toHaveLength(1_000);
    expect(world.letters).toEqual([]);
  });

  it('stays closed for poison, however much there is of it', async () => {
    world = new LaneWorld(poisonOnly);
    await world.publish(...numbered(500));
    await world.start();
    expect(world.letterCount).toBe(500);
    expect(await world.committed()).toBe(500);
    expect(world.states.every(({ phase }) => phase !== 'retrying')).toBe(true);
  });

  it('holds all partitions of the subscription', async () => {
    world = new LaneWorld((_, { batch }) => (batch.partition === 0 ? FAILING : done()), { partitions: 2 });
    await world.publish(...numbered(100));
    await world.start();
    await world.publishTo(1, 'a1');
    await world.timers.pass(1_000);
    expect(world.sent).toEqual([]);
    world.judgeBy(() => done());
    await world.timers.pass(12_000);
    expect(world.sent).toHaveLength(101);
  });
});

describe('dead letters', () => {
  let world: LaneWorld;
  afterEach(() => world.stop());

  it('are let through as fast as their rate allows, each once, while the partition waits', async () => {
    world = new LaneWorld(poisonOnly);
    const values = numbered(1_500);
    await world.publish(...values);
    await world.start();
    expect(world.letterCount).toBe(1_000);
    expect(world.state).toMatchObject({ phase: 'limited', reason: expect.stringContaining('dead letters') });
    expect(await world.committed()).toBe(1_000);
    const handled = world.handled.length;
    await world.timers.pass(1_000);
    expect(world.letterCount).toBeGreaterThanOrEqual(1_180);
    expect(world.letterCount).toBeLessThanOrEqual(1_200);
    // It waits, and does not ask again and again.
    expect(world.handled.length).toBe(handled);
    await world.timers.pass(2_000);
    expect(world.letters.map((said) => said.split(' ')[0])).toEqual(values);
    expect(await world.committed()).toBe(1_500);
    expect(world.state?.phase).toBe('running');
  });

  it('hold up the dead letters of other partitions of the pipeline, but not their outputs', async () => {
    world = new LaneWorld((value, { batch }) => (batch.partition === 0 || value === 'z1' ? POISON : done()), {
      partitions: 2,
    });
    await world.publish(...numbered(1_500));
    await world.start();
    await world.publishTo(1, 'a1', 'z1', 'b1');
    expect(world.sent).toEqual(['a1', 'b1']);
    expect(world.letters).not.toContain('z1 not_json 1');
    await world.timers.pass(5_000);
    expect(world.letters).toContain('z1 not_json 1');
    expect([await world.committed(0), await world.committed(1)]).toEqual([1_500, 3]);
  });

  it('are committed past only once they are sent', async () => {
    world = new LaneWorld(poisonOnly);
    await world.publish(...numbered(1_100));
    await world.start();
    await world.stop();
    expect(await world.committed()).toBe(1_000);
    await world.start();
    await world.timers.pass(1_000);
    expect(world.letterCount).toBe(1_100);
    expect(await world.committed()).toBe(1_100);
  });
});

describe('a lane', () => {
  let world: LaneWorld;
  afterEach(() => world.stop());

  it('skips what it has taken when the rest of a batch is refused and comes again', async () => {
    let refusals = 0;
    world = new LaneWorld((value) => {
      if (value === 'a2' && refusals < 2) {
        refusals += 1;
        throw refusals === 1 ? new TypeError('unknown') : new PitwallError('gone', { code: 'gone', retriable: true });
      }
      return done();
    });
    await world.publish('a1', 'b1', 'a2', 'b2');
    await world.start();
    await world.timers.pass(1_000);
    expect(world.sent).toEqual(['a1', 'b1', 'a2', 'b2']);
    expect(await world.committed()).toBe(4);
  });

  it('joins anew when a record that is tried again finds that the partition is somebody else’s', async () => {
    world = new LaneWorld(failingOn('a1'));
    const assignments: number[] = [];
    await world.publish('a1', 'b1');
    await world.start();
    world.judgeBy((_, { batch }) => {
      assignments.push(batch.assignment.id);
      if (assignments.length === 1) throw new PitwallError('stale', { code: 'stale_claim', retriable: true });
      return done();
    });
    await world.timers.pass(2_000);
    expect(world.sent).toEqual(['b1', 'a1', 'b1']);
    expect(assignments[1]).toBeGreaterThan(assignments[0] ?? Number.POSITIVE_INFINITY);
    expect(await world.committed()).toBe(2);
  });
});
