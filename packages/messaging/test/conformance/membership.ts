import { PitwallError } from '@pitwall/contracts';
import { eventually } from '@pitwall/testing';
import type { RecordBatch, SubscriptionState } from '../../src/index.js';
import { type ConformanceWorld, deferred, text, LONG_MS } from './world.js';

export function membershipCases(world: ConformanceWorld): void {
  it('finishes and commits the batch in hand when it is stopped, and redelivers nothing of it', async () => {
    const gate = deferred();
    const entered = deferred();
    const states: SubscriptionState[] = [];
    await world.publisher.send(world.numbered(3));
    const first = await world.consume(
      async () => {
        entered.resolve();
        await gate.promise;
      },
      { onState: (state) => void states.push(state) },
    );
    await entered.promise;
    const stopped = first.stop();
    gate.resolve();
    await stopped;
    expect(await world.committed()).toBe(3);
    expect(states.at(-1)).toEqual({ phase: 'stopped', reason: null });
    await world.publisher.send([world.record('after')]);
    const seen: string[] = [];
    await world.consume(async ({ records }) => void seen.push(...records.map(({ value }) => text(value))));
    await eventually(() => seen.length > 0, { what: 'the record that came later', timeoutMs: LONG_MS });
    expect(seen).toEqual(['after']);
  });

  it('can be stopped twice', async () => {
    const subscription = await world.consume(async () => undefined);
    await Promise.all([subscription.stop(), subscription.stop()]);
    await expect(subscription.stop()).resolves.toBeUndefined();
  });

  it('loses nothing and skips nothing when a consumer joins and another leaves', async () => {
    const count = 1_500;
    const seen = new Map<string, number[]>();
    const byConsumer: [Set<number>, Set<number>] = [new Set(), new Set()];
    const collect =
      (index: 0 | 1) =>
      async ({ partition, records }: RecordBatch): Promise<void> => {
        byConsumer[index].add(partition);
        for (const { value } of records) {
          const key = `${partition}/${text(value)}`;
          seen.set(key, [...(seen.get(key) ?? []), index]);
        }
      };
    const sendPart = (from: number): Promise<void> =>
      world.publisher.send(world.numbered(count / 3, {}, from).flatMap((one) => [one, { ...one, partition: 1 }]));

    const first = await world.consume(collect(0));
    await sendPart(0);
    await eventually(() => seen.size >= (count / 3) * 2, { what: 'the first third', timeoutMs: LONG_MS });
    await world.consume(collect(1), { by: world.otherClient });
    await sendPart(count / 3);
    await eventually(() => seen.size >= (count / 3) * 4, { what: 'the second third', timeoutMs: LONG_MS });
    await eventually(
      async () => {
        await world.publisher.send(world.numbered(1, {}, 1_000_000).flatMap((one) => [one, { ...one, partition: 1 }]));
        return byConsumer[1].size > 0;
      },
      { what: 'a partition for the second consumer', timeoutMs: LONG_MS },
    );
    await first.stop();
    await sendPart((count / 3) * 2);
    await eventually(() => [...seen.keys()].filter((key) => !key.endsWith('/1000000')).length >= count * 2, {
      what: 'the last third',
      timeoutMs: LONG_MS,
    });
    expect(byConsumer[1]).toEqual(new Set([0, 1]));
  });

  it('joins anew when a claim is stale, and hands the records over under a new assignment', async () => {
    const assignments: number[] = [];
    await world.publisher.send(world.numbered(1));
    await world.consume(async ({ assignment }) => {
      assignments.push(assignment.id);
      if (assignments.length === 1)
        throw new PitwallError('claimed by another', { code: 'stale_claim', retriable: true });
    });
    await eventually(async () => (await world.committed()) === 1, { what: 'the commit', timeoutMs: LONG_MS });
    expect(assignments).toHaveLength(2);
    expect(assignments[1]).toBeGreaterThan(assignments[0] ?? Number.POSITIVE_INFINITY);
  });

  it('says what was committed before, and that the partition is held', async () => {
    const seen: RecordBatch[] = [];
    const held: boolean[] = [];
    const onBatch = async (batch: RecordBatch): Promise<void> => {
      seen.push(batch);
      held.push(batch.assignment.isHeld());
    };
    await world.publisher.send(world.numbered(2));
    const first = await world.consume(onBatch);
    await eventually(async () => (await world.committed()) === 2, { what: 'the first commit', timeoutMs: LONG_MS });
    await first.stop();
    await world.publisher.send(world.numbered(1));
    await world.consume(onBatch);
    await eventually(async () => (await world.committed()) === 3, { what: 'the second commit', timeoutMs: LONG_MS });
    expect(seen.map(({ assignment }) => assignment.committedOffset)).toEqual([null, 2]);
    expect(seen.map(({ assignment }) => assignment.logStartOffset)).toEqual([0, 0]);
    expect(held).toEqual([true, true]);
    expect(seen[0]?.assignment.isHeld()).toBe(false);
  });
}
