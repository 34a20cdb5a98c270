import { eventually } from '@pitwall/testing';
import { type ConformanceWorld, LONG_MS, text } from './world.js';

export function settingOffsetsCases(world: ConformanceWorld): void {
  const readOn = async (): Promise<string[]> => {
    const seen: string[] = [];
    const subscription = await world.consume(
      async ({ records }) => void seen.push(...records.map(({ value }) => text(value))),
    );
    await eventually(async () => (await world.committed()) === 5, { what: 'the end of the topic', timeoutMs: LONG_MS });
    await subscription.stop();
    return seen;
  };

  it('sets the offsets of an empty group back, and those of other partitions stay', async () => {
    await world.publisher.send([...world.numbered(5), ...world.numbered(2, { partition: 1 })]);
    await readOn();
    await eventually(async () => (await world.committed(1)) === 2, { what: 'the other partition', timeoutMs: LONG_MS });
    await world.admin.setOffsets(world.groupId, world.topic, new Map([[0, 3]]));
    expect(await world.committed(0)).toBe(3);
    expect(await world.committed(1)).toBe(2);
    expect(await readOn()).toEqual(['3', '4']);
  });

  it('sets the offsets of a group that was never there', async () => {
    await world.publisher.send(world.numbered(5));
    await world.admin.setOffsets(world.groupId, world.topic, new Map([[0, 4]]));
    expect(await readOn()).toEqual(['4']);
  });

  it('refuses while somebody reads, and a partition that does not exist', async () => {
    await expect(world.admin.setOffsets(world.groupId, world.topic, new Map([[99, 0]]))).rejects.toMatchObject({
      code: 'unknown_topic',
    });
    const subscription = await world.consume(async () => undefined);
    await world.publisher.send(world.numbered(1));
    await eventually(async () => (await world.committed()) === 1, { what: 'a commit', timeoutMs: LONG_MS });
    await expect(world.admin.setOffsets(world.groupId, world.topic, new Map([[0, 0]]))).rejects.toMatchObject({
      code: 'group_not_empty',
    });
    expect(await world.committed()).toBe(1);
    await subscription.stop();
  });
}
