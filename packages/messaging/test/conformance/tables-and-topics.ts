import { eventually } from '@pitwall/testing';
import { type ConformanceWorld, text, LONG_MS, PARTITIONS } from './world.js';

export function tableAndTopicCases(world: ConformanceWorld): void {
  it('reads a table from its start to its end, then on as it grows', async () => {
    await world.publisher.send([
      world.record('old', { key: Buffer.from('a') }),
      world.record('new', { key: Buffer.from('a') }),
    ]);
    const seen: string[] = [];
    const table = await world.client.table({
      topic: world.topic,
      onRecord: ({ key, value }) => void seen.push(`${text(key)}=${text(value)}`),
      onState: () => undefined,
    });
    await table.caughtUp;
    expect(seen).toEqual(['a=old', 'a=new']);
    await world.publisher.send([world.record('', { key: Buffer.from('a'), value: null })]);
    await eventually(() => seen.length === 3, { what: 'the tombstone', timeoutMs: LONG_MS });
    expect(seen[2]).toBe('a=<null>');
    await table.stop();

    const again: string[] = [];
    const second = await world.otherClient.table({
      topic: world.topic,
      onRecord: ({ value }) => void again.push(text(value)),
      onState: () => undefined,
    });
    await second.caughtUp;
    expect(again).toEqual(['old', 'new', '<null>']);
    await second.stop();
  });

  it('catches up with an empty table', async () => {
    const table = await world.client.table({ topic: world.topic, onRecord: () => undefined, onState: () => undefined });
    await expect(table.caughtUp).resolves.toBeUndefined();
    await table.stop();
  });

  it('creates topics, describes those that exist, and rejects to create them again', async () => {
    expect(await world.admin.describe([world.topic, `${world.topic}-missing`])).toMatchObject([
      { name: world.topic, partitions: PARTITIONS },
    ]);
    await expect(world.admin.create([{ name: world.topic, partitions: 1, config: {} }], 1)).rejects.toThrow(
      world.topic,
    );
    expect(await world.admin.clusterId()).not.toBe('');
    expect(await world.admin.endOffsets(world.topic)).toEqual(
      new Map([
        [0, 0],
        [1, 0],
      ]),
    );
  });
}
