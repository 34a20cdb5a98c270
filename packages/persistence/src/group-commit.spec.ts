import { GroupCommit } from './group-commit.js';

interface Work {
  readonly name: string;
  readonly size: number;
}

const work = (name: string, size = 1): Work => ({ name, size });

/** Groups as they were committed; a group is refused with the first error that one of its works has. */
function aCommit(errors: Readonly<Record<string, Error>> = {}) {
  const groups: string[][] = [];
  const commits = new GroupCommit<Work, string>({
    commit: async (group) => {
      groups.push(group.map(({ name }) => name));
      for (const { name } of group) if (errors[name] !== undefined) throw errors[name];
      return group.map(({ name }) => name.toUpperCase());
    },
    sizeOf: ({ size }) => size,
    maxSize: 10,
  });
  return { commits, groups };
}

describe('GroupCommit', () => {
  it('commits what comes in one turn of the event loop together, and gives each its own result', async () => {
    const { commits, groups } = aCommit();
    const results = await Promise.all([commits.add(work('a')), commits.add(work('b')), commits.add(work('c'))]);
    expect(results).toEqual(['A', 'B', 'C']);
    expect(groups).toEqual([['a', 'b', 'c']]);
  });

  it('commits what comes later by itself', async () => {
    const { commits, groups } = aCommit();
    await commits.add(work('a'));
    await commits.add(work('b'));
    expect(groups).toEqual([['a'], ['b']]);
  });

  it('makes no group larger than it may be; what is larger alone goes alone', async () => {
    const { commits, groups } = aCommit();
    await Promise.all(
      [work('a', 6), work('b', 4), work('c', 1), work('d', 99), work('e', 0)].map((one) => commits.add(one)),
    );
    expect(groups).toEqual([['a', 'b'], ['c'], ['d'], ['e']]);
  });

  it('tries each alone where a group is refused: the others have their results', async () => {
    const { commits, groups } = aCommit({ b: new Error('stale') });
    const results = await Promise.allSettled([commits.add(work('a')), commits.add(work('b')), commits.add(work('c'))]);
    expect(results).toEqual([
      { status: 'fulfilled', value: 'A' },
      { status: 'rejected', reason: new Error('stale') },
      { status: 'fulfilled', value: 'C' },
    ]);
    expect(groups).toEqual([['a', 'b', 'c'], ['a'], ['b'], ['c']]);
  });

  it('rejects all of them at once while the database is away', async () => {
    const away = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    const { commits, groups } = aCommit({ b: away });
    const results = await Promise.allSettled([commits.add(work('a')), commits.add(work('b'))]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(groups).toEqual([['a', 'b']]);
  });
});
