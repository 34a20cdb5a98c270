import { eventually } from '@pitwall/testing';
import type { LogReader, ReadBatch, TopicRange } from '../../src/index.js';
import { type ConformanceWorld, LONG_MS, text } from './world.js';

export function readingCases(world: ConformanceWorld): void {
  let reader: LogReader;
  beforeEach(async () => {
    reader = await world.client.reader();
  });
  afterEach(() => reader.close());

  const range = (from: Record<number, number>, to: Record<number, number> | null): TopicRange => ({
    topic: world.topic,
    from: offsets(from),
    to: to === null ? null : offsets(to),
  });

  const readAll = async (...ranges: readonly TopicRange[]): Promise<string[]> => {
    const seen: string[] = [];
    for await (const { partition, records } of reader.read(ranges, new AbortController().signal)) {
      for (const record of records) {
        expect(record.partition).toBe(partition);
        seen.push(`${record.topic === world.topic ? '' : 'other '}${partition}/${record.offset} ${text(record.value)}`);
      }
    }
    return seen;
  };

  it('reads a part of a topic in the order of each partition, without a group', async () => {
    await world.publisher.send([...world.numbered(5), ...world.numbered(3, { partition: 1 }, 10)]);
    const seen = await readAll(range({ 0: 1, 1: 2 }, { 0: 4, 1: 3 }));
    expect(seen.filter((line) => line.startsWith('0/'))).toEqual(['0/1 1', '0/2 2', '0/3 3']);
    expect(seen.filter((line) => line.startsWith('1/'))).toEqual(['1/2 12']);
    expect(await world.admin.groups(world.groupId)).toEqual([]);
  });

  it('ends at once where the part is empty, and leaves out partitions that are not named', async () => {
    await world.publisher.send([...world.numbered(2), ...world.numbered(2, { partition: 1 })]);
    expect(await readAll(range({ 0: 2 }, { 0: 2 }))).toEqual([]);
    expect(await readAll(range({ 1: 0 }, { 0: 2, 1: 1 }))).toEqual(['1/0 0']);
  });

  it('reads more than one fetch brings, each record once', async () => {
    const value = 'x'.repeat(1_000);
    const records = Array.from({ length: 5_000 }, (_, index) => world.record(`${index} ${value}`));
    await world.publisher.send(records);
    const seen = await readAll(range({ 0: 0 }, { 0: 5_000 }));
    expect(seen.map((line) => Number(line.split(' ')[1]))).toEqual(records.map((_, index) => index));
  });

  it('goes on as the topic grows, until the signal', async () => {
    const stop = new AbortController();
    const batches: ReadBatch[] = [];
    const reading = (async () => {
      for await (const batch of reader.read([range({ 0: 0, 1: 0 }, null)], stop.signal)) batches.push(batch);
    })();
    await world.publisher.send([world.record('first')]);
    await eventually(() => batches.length === 1, { what: 'the first', timeoutMs: LONG_MS });
    await world.publisher.send([world.record('second', { partition: 1 })]);
    await eventually(() => batches.length === 2, { what: 'the second', timeoutMs: LONG_MS });
    stop.abort();
    await reading;
    expect(batches.map(({ partition, nextOffset, highWatermark }) => [partition, nextOffset, highWatermark])).toEqual([
      [0, 1, 1],
      [1, 1, 1],
    ]);
  });

  it('fetches nothing while the loop is busy, and stops when it is left', async () => {
    await world.publisher.send(world.numbered(3));
    for await (const { records } of reader.read([range({ 0: 0 }, null)], new AbortController().signal)) {
      expect(records.map(({ offset }) => offset)).toEqual([0, 1, 2]);
      break;
    }
    expect(await readAll(range({ 0: 2 }, { 0: 3 }))).toEqual(['0/2 2']);
  });

  it('says that a topic does not exist', async () => {
    const missing = { ...range({ 0: 0 }, { 0: 1 }), topic: `${world.topic}-missing` };
    await expect(readAll(missing)).rejects.toMatchObject({ code: 'unknown_topic' });
  });

  it('finds offsets by append time, and where a topic begins', async () => {
    await world.publisher.send([world.record('a')]);
    const [first] = await recordsOf(reader, range({ 0: 0 }, { 0: 1 }));
    const at = first?.appendedAt ?? Number.NaN;
    expect(await world.admin.startOffsets(world.topic)).toEqual(offsets({ 0: 0, 1: 0 }));
    expect(await world.admin.offsetsAt(world.topic, at)).toEqual(offsets({ 0: 0, 1: 0 }));
    expect(await world.admin.offsetsAt(world.topic, at + 1)).toEqual(offsets({ 0: 1, 1: 0 }));
  });

  it('lists the groups of a prefix with their members', async () => {
    const subscription = await world.consume(async () => undefined);
    await eventually(async () => (await world.admin.groups(world.groupId))[0]?.members === 1, {
      what: 'the member',
      timeoutMs: LONG_MS,
    });
    expect(await world.admin.groups(`${world.groupId}-no`)).toEqual([]);
    await subscription.stop();
  });
}

function offsets(record: Readonly<Record<number, number>>): ReadonlyMap<number, number> {
  return new Map(Object.entries(record).map(([partition, offset]) => [Number(partition), offset]));
}

async function recordsOf(reader: LogReader, range: TopicRange) {
  const batches: ReadBatch[] = [];
  for await (const batch of reader.read([range], new AbortController().signal)) batches.push(batch);
  return batches.flatMap(({ records }) => records);
}
