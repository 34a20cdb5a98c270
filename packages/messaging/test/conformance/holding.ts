import { eventually } from '@pitwall/testing';
import type { RecordBatch } from '../../src/index.js';
import { type ConformanceWorld, text, LONG_MS } from './world.js';

/** More than the 4 KiB that a broker keeps are never written; this is what a note may grow to. */
const LONG_NOTE = 'n'.repeat(2_000);

export function holdingCases(world: ConformanceWorld): void {
  it('gives the next consumer the text that was committed with the offset of each partition', async () => {
    const found = new Map<number, (string | number | null)[]>();
    await world.publisher.send([...world.numbered(2), ...world.numbered(2, { partition: 1 })]);
    const first = await world.consume(async ({ partition, assignment, nextOffset }) => {
      await assignment.commit(1, partition === 0 ? 'a note' : LONG_NOTE);
      return nextOffset;
    });
    await eventually(async () => (await world.committed(0)) === 1 && (await world.committed(1)) === 1, {
      what: 'both commits',
      timeoutMs: LONG_MS,
    });
    await first.stop();
    await world.consume(async ({ partition, assignment, records, nextOffset }) => {
      const { committedOffset, committedMetadata } = assignment;
      found.set(partition, [committedOffset, committedMetadata, text(records[0]?.value)]);
      return nextOffset;
    });
    await eventually(() => found.size === 2, { what: 'the records again', timeoutMs: LONG_MS });
    expect([found.get(0), found.get(1)]).toEqual([
      [1, 'a note', '1'],
      [1, LONG_NOTE, '1'],
    ]);
  });

  it('hands over nothing of a partition that is paused, all of it once it is resumed, and the others meanwhile', async () => {
    const values: string[][] = [[], []];
    let paused: RecordBatch['assignment'] | null = null;
    const onBatch = async ({ partition, records, assignment }: RecordBatch): Promise<void> => {
      if (partition === 0 && paused === null) {
        paused = assignment;
        assignment.pause();
      }
      values[partition]?.push(...records.map(({ value }) => text(value)));
    };
    await world.publisher.send(world.numbered(1));
    await world.consume(onBatch);
    await eventually(() => paused !== null, { what: 'the pause', timeoutMs: LONG_MS });
    // One partition after the other: whatever a fetch brings of the second, it brought of the first before.
    await world.publisher.send(world.numbered(3, {}, 1));
    for (let from = 0; from < 3; from += 1) {
      await world.publisher.send(world.numbered(1, { partition: 1 }, from));
      await eventually(() => values[1]?.length === from + 1, { what: 'the other partition', timeoutMs: LONG_MS });
    }
    expect(values[0]).toEqual(['0']);
    (paused as RecordBatch['assignment'] | null)?.resume();
    await eventually(() => values[0]?.length === 4, { what: 'the records after the pause', timeoutMs: LONG_MS });
    expect(values).toEqual([
      ['0', '1', '2', '3'],
      ['0', '1', '2'],
    ]);
  });
}
