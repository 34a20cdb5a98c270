import { PitwallError } from '@pitwall/contracts';
import { done, RecordsFailing } from '../outcomes.js';
import { FAILING, failingOn, type Judge, LaneWorld, numbered } from './a-lane-world.js';

describe('a record that fails', () => {
  let world: LaneWorld;
  afterEach(() => world.stop());

  it('lets other keys go on, and later records of its own wait behind it in their order', async () => {
    world = new LaneWorld(failingOn('a1'));
    await world.publish('a1', 'b1', 'a2', 'b2', 'a3');
    await world.start();
    expect(world.sent).toEqual(['b1', 'b2']);
    await world.publish('a4', 'b3');
    expect(world.sent).toEqual(['b1', 'b2', 'b3']);
    expect(await world.committed()).toBe(0);
    world.judgeBy(failingOn());
    await world.timers.pass(1_000);
    expect(world.sent).toEqual(['b1', 'b2', 'b3', 'a1', 'a2', 'a3', 'a4']);
    expect(await world.committed()).toBe(7);
    expect(world.state?.phase).toBe('running');
  });

  it('never has anything committed past it, and does not make the service unready', async () => {
    world = new LaneWorld(failingOn('b1'));
    await world.publish('a1', 'b1', 'c1');
    await world.start();
    expect(await world.committed()).toBe(1);
    await world.publish(...numbered(50));
    await world.timers.pass(5_000);
    expect(await world.committed()).toBe(1);
    expect(world.state?.phase).toBe('running');
    expect(world.sent).toHaveLength(52);
  });

  it('is given up after 30 s with its reason and its tries, and those behind it go on', async () => {
    world = new LaneWorld(failingOn('a1'));
    await world.publish('a1', 'a2', 'b1');
    await world.start();
    await world.timers.pass(29_999);
    expect(world.letters).toEqual([]);
    await world.timers.pass(2);
    expect(world.letters).toEqual(['a1 policy_failed 6']);
    expect(world.sent).toEqual(['b1', 'a2']);
    expect(await world.committed()).toBe(3);
  });

  it('is tried by itself, and its followers together, up to the next one that fails', async () => {
    world = new LaneWorld(failingOn('a1', 'a3'));
    await world.publish('a1', 'a2', 'a3', 'a4');
    await world.start();
    await world.timers.pass(300);
    world.judgeBy(failingOn('a3'));
    await world.timers.pass(1_000);
    expect(world.sent).toEqual(['a1', 'a2']);
    expect(world.handled.slice(1)).toEqual([['a1'], ['a1'], ['a2', 'a3', 'a4']]);
    world.judgeBy(failingOn());
    await world.timers.pass(1_000);
    expect(world.sent).toEqual(['a1', 'a2', 'a3', 'a4']);
    expect(await world.committed()).toBe(4);
  });

  it('is dropped when the partition is taken away, and comes again elsewhere from where it stands', async () => {
    world = new LaneWorld(failingOn('a1'));
    await world.publish('a1', 'b1');
    await world.start();
    await world.stop();
    expect(await world.committed()).toBe(0);
    expect(world.timers.isIdle).toBe(true);
    world.judgeBy(failingOn());
    await world.start();
    expect(world.sent).toEqual(['b1', 'a1', 'b1']);
    expect(await world.committed()).toBe(2);
  });

  it('has its partition wait where too many are kept already, and go on when there is room', async () => {
    world = new LaneWorld((value) => (value.startsWith('a') ? FAILING : done()));
    await world.publish('a0');
    await world.start();
    await world.publish(...Array.from({ length: 1_500 }, (_, at) => `a${at + 1}`));
    await world.publish('b1');
    expect(world.state).toMatchObject({
      phase: 'limited',
      reason: expect.stringContaining('as many records as may be'),
    });
    expect(world.sent).toEqual([]);
    const handledBefore = world.handled.length;
    await world.timers.pass(10_000);
    expect(world.handled.slice(handledBefore).flat()).not.toContain('b1');
    world.judgeBy(failingOn());
    await world.timers.pass(20_000);
    expect(world.sent.filter((value) => value !== 'b1')).toEqual(Array.from({ length: 1_501 }, (_, at) => `a${at}`));
    expect(world.sent).toContain('b1');
    expect(await world.committed()).toBe(1_502);
    expect(world.state?.phase).toBe('running');
  });

  it('is found by halves where the handler only says that some record is at fault', async () => {
    const failure = new RecordsFailing({ reason: 'storage_conflict', message: 'In the way.' });
    const judge: Judge = (value) => {
      if (value === 'd1') throw failure;
      return done();
    };
    world = new LaneWorld(judge);
    await world.publish('a1', 'b1', 'c1', 'd1', 'e1', 'f1');
    await world.start();
    expect(world.sent).toEqual(['a1', 'b1', 'c1', 'e1', 'f1']);
    await world.timers.pass(31_000);
    expect(world.letters).toEqual(['d1 storage_conflict 6']);
    expect(await world.committed()).toBe(6);
  });

  it('is not given up for what may be in the way of all of them, as a lock on a table, unless others are processed meanwhile', async () => {
    const failure = new RecordsFailing({ reason: 'storage_conflict', message: 'In the way.' });
    let isLocked = true;
    const judge: Judge = (value) => {
      if (isLocked || value === 'a1') throw failure;
      return done();
    };
    world = new LaneWorld(judge);
    await world.publish('a1', 'b1');
    await world.start();
    await world.timers.pass(120_000);
    expect(world.letters).toEqual([]);
    expect(world.state).toMatchObject({ phase: 'retrying', reason: expect.stringContaining('In the way.') });
    isLocked = false;
    await world.timers.pass(60_000);
    expect(world.sent).toEqual(['b1']);
    expect(world.letters).toEqual([expect.stringMatching(/^a1 storage_conflict \d+$/)]);
  });

  it('is not given up for an unknown error unless others are processed meanwhile', async () => {
    const judge: Judge = (value) => {
      if (value === 'a1') throw new TypeError('undefined is not a function');
      return done();
    };
    world = new LaneWorld(judge);
    await world.publish('a1');
    await world.start();
    await world.timers.pass(60_000);
    expect(world.letters).toEqual([]);
    expect(world.state).toMatchObject({
      phase: 'retrying',
      reason: expect.stringContaining('undefined is not a function'),
    });
    await world.publish('b1');
    await world.timers.pass(20_000);
    expect(world.letters).toEqual([expect.stringMatching(/^a1 unexpected_error \d+$/)]);
    expect(world.state?.phase).toBe('running');
    expect(await world.committed()).toBe(2);
  });

  it('is what keeps the batch where the service may not give up on any', async () => {
    world = new LaneWorld(
      () => {
        throw new TypeError('no');
      },
      { stage: null },
    );
    await world.publish('a1', 'b1');
    await world.start();
    await world.timers.pass(60_000);
    expect([world.letters, world.sent]).toEqual([[], []]);
    expect(world.state).toEqual({ phase: 'retrying', reason: 'no' });
  });

  it('has progress stored that is never behind what is committed, also where a record is given up', async () => {
    world = new LaneWorld(
      (value) => {
        if (value === 'b1') throw new RecordsFailing({ reason: 'storage_conflict', message: 'In the way.' });
        return done();
      },
      { storesProgress: true },
    );
    await world.publish('a1', 'b1');
    await world.start();
    await world.publish('c1');
    await world.timers.pass(31_000);
    expect(world.letters).toHaveLength(1);
    expect(await world.committed()).toBe(3);
    expect(world.handled.at(-1)).toEqual([]);
    expect(world.progress.at(-1)).toBe(3);
  });

  it('has progress stored that leaves out what is not done', async () => {
    world = new LaneWorld(failingOn('b1'), { storesProgress: true });
    await world.publish('a1', 'b1', 'c1');
    await world.start();
    expect([world.handled, world.progress]).toEqual([
      [['a1', 'b1', 'c1'], []],
      [3, 1],
    ]);
    await world.publish('d1');
    expect(world.progress.at(-1)).toBe(1);
    expect(await world.committed()).toBe(1);
    world.judgeBy(failingOn());
    await world.timers.pass(1_000);
    expect(world.progress.at(-1)).toBe(4);
    expect(await world.committed()).toBe(4);
  });

  it('costs no time while everything else does not work either', async () => {
    world = new LaneWorld(failingOn('a1'));
    await world.publish('a1', 'b1');
    await world.start();
    world.judgeBy(() => {
      throw new PitwallError('The database is gone.', { code: 'database_unavailable', retriable: true });
    });
    await world.timers.pass(120_000);
    expect(world.letters).toEqual([]);
    expect(world.state).toMatchObject({ phase: 'retrying', reason: 'The database is gone.' });
    world.judgeBy(failingOn());
    await world.timers.pass(11_000);
    expect(world.sent).toEqual(['b1', 'a1']);
    expect(world.state?.phase).toBe('running');
  });
});
