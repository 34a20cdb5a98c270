import { PitwallError } from '@pitwall/contracts';
import { eventually } from '@pitwall/testing';
import type { Header, InboundRecord } from '../../src/index.js';
import { type ConformanceWorld, partsOf, text, LONG_MS } from './world.js';

export function recordCases(world: ConformanceWorld): void {
  it('keeps every byte of key, value and headers, in both directions', async () => {
    const headers: Header[] = [
      { name: 'twice', value: Buffer.from('1') },
      { name: 'null', value: null },
      { name: '__proto__', value: Buffer.from('polluted?') },
      { name: 'twice', value: Buffer.from('2') },
      { name: 'constructor', value: Buffer.alloc(0) },
      { name: 'binary', value: Buffer.from([0, 255, 254, 128]) },
      { name: '', value: Buffer.from('without a name') },
      { name: 'ключ', value: Buffer.from('значение') },
      { name: '\ufffd', nameBytes: Buffer.from([0xff]), value: Buffer.from('a name that is not UTF-8') },
      { name: 'long', value: Buffer.alloc(70_000, 7) },
    ];
    const sent = [
      world.record('plain', { headers }),
      world.record('tombstone', { value: null }),
      world.record('no key', { key: null }),
      world.record('empty', { key: Buffer.alloc(0), value: Buffer.alloc(0) }),
    ];
    const relayTopic = `${world.topic}-relay`;
    await world.admin.create([{ name: relayTopic, partitions: 1, config: {} }], 1);
    await world.publisher.send(sent);
    const seen: InboundRecord[] = [];
    await world.consume(async ({ records }) =>
      world.publisher.send(records.map((one) => ({ ...partsOf(one), topic: relayTopic }))),
    );
    await world.consume(async ({ records }) => void seen.push(...records), {
      topics: [relayTopic],
      groupId: `${world.groupId}-relay`,
    });
    await eventually(() => seen.length >= sent.length, { what: 'what was relayed', timeoutMs: LONG_MS });
    expect(seen.map(partsOf)).toEqual(sent.map((one) => ({ ...partsOf(one), topic: relayTopic })));
  });

  it('carries records of 900 kB', async () => {
    const value = Buffer.alloc(900_000, 'x');
    const sizes: number[] = [];
    await world.publisher.send([world.record('', { value }), world.record('', { value }), world.record('small')]);
    await world.consume(async ({ records }) => void sizes.push(...records.map((one) => one.value?.length ?? 0)));
    await eventually(() => sizes.length >= 3, { what: 'three records', timeoutMs: LONG_MS });
    expect(sizes).toEqual([900_000, 900_000, 5]);
  });

  it('keeps the order of what is sent: within a call, and between calls', async () => {
    const calls = 20;
    const each = 250;
    const sends = Array.from({ length: calls }, (_, call) =>
      world.publisher.send(world.numbered(each, {}, call * each)),
    );
    await Promise.all(sends);
    const seen: string[] = [];
    await world.consume(async ({ records }) => void seen.push(...records.map(({ value }) => text(value))));
    await eventually(() => seen.length >= calls * each, { what: 'all records', timeoutMs: LONG_MS });
    expect(seen).toEqual(Array.from({ length: calls * each }, (_, index) => String(index)));
  });

  it('rejects records for a topic or a partition that does not exist, and goes on with others', async () => {
    await expect(world.publisher.send([world.record('x', { topic: `${world.topic}-missing` })])).rejects.toBeInstanceOf(
      PitwallError,
    );
    await expect(world.publisher.send([world.record('x', { partition: 99 })])).rejects.toBeInstanceOf(PitwallError);
    await world.publisher.send([world.record('fine')]);
    expect((await world.admin.endOffsets(world.topic)).get(0)).toBe(1);
  });

  it('sends nothing for a partition that is held no more', async () => {
    await expect(world.publisher.send([world.record('late')], { stillHeld: () => false })).rejects.toMatchObject({
      code: 'stale_claim',
    });
    expect((await world.admin.endOffsets(world.topic)).get(0)).toBe(0);
  });
}
