import { aRecord, anAssignment } from '../memory/builders.js';
import { done } from '../outcomes.js';
import { FAILING, type Judge, LaneWorld } from './a-lane-world.js';
import { LaneCrashes } from './lane-crashes.js';

describe('a record that kills the process', () => {
  let world: LaneWorld;
  afterEach(() => world.stop());

  /** Dies of this record, whoever handles it. */
  const dyingOf =
    (deadly: string): Judge =>
    async (value) => {
      if (value !== deadly) return done();
      world.kill();
      return new Promise(() => undefined);
    };

  it('is found after three starts at one offset, at last by handling records one by one, and goes to the dead letters', async () => {
    world = new LaneWorld(dyingOf('d1'));
    await world.publish('a1', 'b1', 'c1', 'd1', 'e1');
    const sizes: number[] = [];
    for (let starts = 1; world.letters.length === 0 && starts < 20; starts += 1) {
      const before = world.handled.length;
      await world.start();
      sizes.push(Math.max(...world.handled.slice(before).map((values) => values.length)));
    }
    // Three times all of them, once the few that are suspects, three times one by one, and then without asking.
    expect(sizes).toEqual([5, 5, 5, 5, 1, 1, 1, 1]);
    expect(world.letters).toEqual([expect.stringMatching(/^d1 crash_loop \d+$/)]);
    expect(world.sent).toEqual(['a1', 'b1', 'c1', 'e1']);
    expect(await world.committed()).toBe(5);
    await world.publish('f1', 'g1');
    expect(world.handled.at(-1)).toEqual(['f1', 'g1']);
  });

  it('is not one that was in hand when others killed the process', async () => {
    let kills = 0;
    world = new LaneWorld(async () => {
      if (kills === 6) return done();
      kills += 1;
      world.kill();
      return new Promise(() => undefined);
    });
    await world.publish('a1', 'b1', 'c1');
    for (let starts = 1; starts <= 7; starts += 1) await world.start();
    expect(world.letters).toEqual([]);
    expect(world.sent).toEqual(['a1', 'b1', 'c1']);
    expect(await world.committed()).toBe(3);
  });

  it('is handled beside nothing else of its process, from the time that something is suspected', async () => {
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    let starts = 0;
    world = new LaneWorld(
      async (_, { batch }) => {
        if (batch.partition === 1) return done();
        if (starts <= 3) {
          world.kill();
          return new Promise(() => undefined);
        }
        await gate;
        return done();
      },
      { partitions: 2 },
    );
    await world.publishTo(0, 'a1');
    for (starts = 1; starts <= 4; starts += 1) await world.start();
    starts = 4;
    const before = world.handled.length;
    await world.publishTo(1, 'b1');
    await world.timers.pass(1_000);
    expect(world.handled.slice(before)).toEqual([]);
    open();
    await world.timers.pass(1_000);
    expect(world.handled.slice(before)).toEqual([['b1']]);
    expect(world.sent).toEqual(['a1', 'b1']);
  });

  it('is nothing that an orderly stop counts for', async () => {
    world = new LaneWorld(() => FAILING);
    await world.publish('a1', 'b1');
    for (let starts = 1; starts <= 5; starts += 1) {
      await world.start();
      await world.stop();
    }
    expect(world.handled).toEqual(Array.from({ length: 5 }, () => ['a1', 'b1']));
  });
});

describe('the crash note of a partition', () => {
  it('does not take for a death that the end of a record could not be noted, once it can', async () => {
    const commits: string[] = [];
    let isBrokerDown = false;
    const found = 'pitwall starts=3';
    const assignment = anAssignment({
      committedOffset: 5,
      committedMetadata: found,
      commit: async (offset, metadata) => {
        if (isBrokerDown) throw new Error('the coordinator does not answer');
        commits.push(`${offset} ${metadata ?? ''}`);
      },
    });
    const crashes = new LaneCrashes(assignment);
    await crashes.begin(7);
    const work = async (): Promise<void> => {
      isBrokerDown = true;
    };
    await expect(crashes.watched([aRecord({ topic: 'p.events.v1', offset: 5 })], { doneTo: 5, work })).rejects.toThrow(
      'does not answer',
    );
    isBrokerDown = false;
    await crashes.end(5);
    expect(commits).toEqual([
      '5 pitwall starts=4 until=7',
      '5 pitwall starts=4 until=7 inhand=5-6',
      '5 pitwall starts=4 until=7',
    ]);
  });
});
