import { type PartitionPositions, planPartition } from './plan-groups.js';

const positions = (parts: Partial<PartitionPositions>): PartitionPositions => ({
  partition: 0,
  storedOffset: 100,
  committedOffset: 100,
  logStartOffset: 0,
  endOffset: 500,
  ...parts,
});

describe('planPartition', () => {
  it.each([
    ['in step', {}],
    ['ahead in the database, as after a crash before the commit of offsets', { committedOffset: 90 }],
    ['never committed', { committedOffset: null }],
    ['never read', { committedOffset: null, storedOffset: null }],
    [
      'unknown to the database, and nothing committed but where the log begins',
      { storedOffset: null, committedOffset: 7, logStartOffset: 7 },
    ],
  ])('leaves a partition that is %s', (_case, parts) => {
    expect(planPartition(positions(parts))).toMatchObject({ rewindTo: null, again: 0, gone: 0 });
  });

  it('goes back to what the database knows, and not to the end of the topic', () => {
    expect(planPartition(positions({ committedOffset: 160 }))).toMatchObject({ rewindTo: 100, again: 60, gone: 0 });
  });

  it('goes back to the beginning where the database knows nothing', () => {
    const plan = planPartition(positions({ storedOffset: null, committedOffset: 160 }));
    expect(plan).toMatchObject({ rewindTo: 0, again: 160, gone: 0 });
  });

  it.each([
    ['a part', { storedOffset: 100, logStartOffset: 130 }, { rewindTo: 130, again: 30, gone: 30 }],
    ['all', { storedOffset: 100, logStartOffset: 160 }, { rewindTo: 160, again: 0, gone: 60 }],
    ['more than was committed', { storedOffset: 100, logStartOffset: 200 }, { rewindTo: 200, again: 0, gone: 100 }],
    [
      'what an empty database would need',
      { storedOffset: null, logStartOffset: 150 },
      { rewindTo: 150, again: 10, gone: 150 },
    ],
  ])('says how many records are gone where the log has lost %s', (_case, parts, expected) => {
    expect(planPartition(positions({ committedOffset: 160, ...parts }))).toMatchObject(expected);
  });
});
