import { eventually } from '@pitwall/testing';
import type { RecordBatch, SubscriptionState } from '../../src/index.js';
import { type ConformanceWorld, deferred, text, LONG_MS } from './world.js';

export function consumingCases(world: ConformanceWorld): void {
  it('hands over the records of each partition in their order, in batches of at most 2,000', async () => {
    const count = 4_500;
    const seen: string[][] = [[], []];
    const sizes: number[] = [];
    await world.publisher.send(world.numbered(count).flatMap((one) => [one, { ...one, partition: 1 }]));
    await world.consume(async ({ partition, records }) => {
      sizes.push(records.length);
      seen[partition]?.push(...records.map(({ value }) => text(value)));
    });
    await eventually(() => seen.every((values) => values.length >= count), {
      what: 'all records',
      timeoutMs: LONG_MS,
    });
    const expected = Array.from({ length: count }, (_, index) => String(index));
    expect(seen).toEqual([expected, expected]);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(2_000);
  });

  it('says where records stand: consecutive offsets, append time, high watermark', async () => {
    const batches: RecordBatch[] = [];
    await world.publisher.send(world.numbered(3));
    await world.consume(async (batch) => void batches.push(batch));
    await eventually(() => batches.length > 0, { what: 'a batch', timeoutMs: LONG_MS });
    expect(batches[0]).toMatchObject({ topic: world.topic, partition: 0, highWatermark: 3 });
    expect(batches[0]?.records.map(({ offset }) => offset)).toEqual([0, 1, 2]);
    expect(batches[0]?.records[0]).toMatchObject({ topic: world.topic, partition: 0 });
    expect(batches[0]?.records[0]?.appendedAt).toBeGreaterThan(Date.UTC(2020, 0, 1));
  });

  it('commits a batch after its handler resolved, and not before', async () => {
    const gate = deferred();
    const entered = deferred();
    await world.publisher.send(world.numbered(3));
    await world.consume(async () => {
      entered.resolve();
      await gate.promise;
    });
    await entered.promise;
    expect(await world.committed()).toBeUndefined();
    gate.resolve();
    await eventually(async () => (await world.committed()) === 3, { what: 'the commit' });
  });

  it('hands over the same records again when the handler rejects, the first alone, while other partitions go on', async () => {
    const tries: string[][] = [];
    const others: string[] = [];
    const states: SubscriptionState[] = [];
    await world.publisher.send([...world.numbered(2), ...world.numbered(2, { partition: 1 })]);
    const onBatch = async ({ partition, records }: RecordBatch): Promise<void> => {
      const values = records.map(({ value }) => text(value));
      if (partition === 1) {
        others.push(...values);
        return;
      }
      tries.push(values);
      if (tries.length < 3) throw new Error('not yet');
    };
    await world.consume(onBatch, { concurrency: 1, onState: (state) => void states.push(state) });
    await eventually(async () => tries.length === 4 && (await world.committed()) === 2, {
      what: 'all tries',
      timeoutMs: LONG_MS,
    });
    expect(tries).toEqual([['0', '1'], ['0'], ['0'], ['1']]);
    expect(others).toEqual(['0', '1']);
    expect(states).toContainEqual({ phase: 'retrying', reason: 'not yet' });
    expect(states.at(-1)).toEqual({ phase: 'running', reason: null });
  });

  it('hands over to the next consumer what was not committed', async () => {
    await world.publisher.send(world.numbered(2));
    const states: SubscriptionState[] = [];
    const failing = await world.consume(
      async () => {
        throw new Error('never');
      },
      { onState: (state) => void states.push(state) },
    );
    await eventually(() => states.some(({ phase }) => phase === 'retrying'), {
      what: 'a failure',
      timeoutMs: LONG_MS,
    });
    await failing.stop();
    expect(await world.committed()).toBeUndefined();
    const seen: string[] = [];
    await world.consume(async ({ records }) => void seen.push(...records.map(({ value }) => text(value))));
    await eventually(() => seen.length >= 2, { what: 'the records', timeoutMs: LONG_MS });
    expect(seen).toEqual(['0', '1']);
  });
}
