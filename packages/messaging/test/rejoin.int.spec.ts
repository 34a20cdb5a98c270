import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { PitwallError } from '@pitwall/contracts';
import { eventually, stackForTests } from '@pitwall/testing';
import { kafkajs } from '../src/kafka/load-kafkajs.js';
import { clientFor } from './kafka-for-tests.js';

const LONG_MS = 90_000;
/** A quarter of the session: kafkajs sends no heartbeat before. */
const HEARTBEAT_DUE_MS = 1_700;
const OUTAGE_MS = 300;

type Call = (this: unknown, request: unknown) => Promise<unknown>;
const broker = (
  createRequire(import.meta.url)('kafkajs/src/broker/index.js') as {
    readonly prototype: { heartbeat: Call; joinGroup: Call };
  }
).prototype;
const { heartbeat, joinGroup } = broker;

/** kafkajs looks at the first failure of several partitions, in an order of its own: here it is hardly ever the one that matters. */
const PARTITIONS = 16;
const STALE = 5;

describe('a partition that may be another’s, beside others whose heartbeat finds no broker', () => {
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    broker.heartbeat = heartbeat;
    for (const close of closing.splice(0).toReversed()) await close();
  });

  it('is read again', async () => {
    const client = clientFor((await stackForTests()).kafkaBrokers);
    const admin = await client.admin();
    const publisher = await client.publisher();
    closing.push(
      () => admin.close(),
      () => publisher.close(),
    );
    const topic = `rejoin-${randomUUID()}`;
    const groupId = `group-${topic}`;
    await admin.create([{ name: topic, partitions: PARTITIONS, config: {} }], 1);
    await publisher.send(
      Array.from({ length: PARTITIONS }, (_, partition) => ({
        topic,
        partition,
        key: null,
        value: Buffer.from('a'),
        headers: [],
      })),
    );
    let refused = 0;
    let unanswered = 0;
    const subscription = await client.consume({
      groupId,
      topics: [topic],
      concurrency: PARTITIONS,
      onState: () => undefined,
      onBatch: async ({ partition }) => {
        if (refused > 0) return;
        await sleep(HEARTBEAT_DUE_MS);
        if (broker.heartbeat === heartbeat && unanswered === 0) failHeartbeats(() => (unanswered += 1));
        if (partition !== STALE) return;
        refused += 1;
        throw new PitwallError('It may be another’s.', { code: 'stale_claim', retriable: true });
      },
    });
    closing.push(() => subscription.stop());
    // More than one where the first send was not acknowledged, and its records came twice.
    await eventually(async () => ((await admin.committedOffsets(groupId, topic)).get(STALE) ?? 0) > 0, {
      what: 'the commit of the partition that was refused',
      timeoutMs: LONG_MS,
    });
    expect(refused).toBe(1);
    expect(unanswered).toBeGreaterThan(0);
  }, 120_000);

  function failHeartbeats(failed: () => void): void {
    broker.heartbeat = () => {
      failed();
      setTimeout(() => (broker.heartbeat = heartbeat), OUTAGE_MS);
      return Promise.reject(new kafkajs.KafkaJSConnectionError('connect ECONNREFUSED', {}));
    };
  }
});

describe('a group whose coordinator is just coming back', () => {
  afterEach(() => {
    broker.heartbeat = heartbeat;
    broker.joinGroup = joinGroup;
  });

  it.each([
    ['knows the member as before', 'NOT_COORDINATOR_FOR_GROUP', 16],
    ['does not know the member any more', 'UNKNOWN_MEMBER_ID', 25],
  ])(
    'and %s is joined in the end, and read again',
    async (_, type, code) => {
      const client = clientFor((await stackForTests()).kafkaBrokers);
      const admin = await client.admin();
      const publisher = await client.publisher();
      const topic = `loading-${randomUUID()}`;
      const groupId = `group-${topic}`;
      const send = (text: string): Promise<void> =>
        publisher.send([{ topic, partition: 0, key: null, value: Buffer.from(text), headers: [] }]);
      const committed = (offset: number): Promise<unknown> =>
        eventually(async () => ((await admin.committedOffsets(groupId, topic)).get(0) ?? 0) >= offset, {
          what: `the commit of ${offset}`,
          timeoutMs: LONG_MS,
        });
      await admin.create([{ name: topic, partitions: 1, config: {} }], 1);
      await send('before');
      const subscription = await client.consume({
        groupId,
        topics: [topic],
        concurrency: 1,
        onState: () => undefined,
        onBatch: async () => undefined,
      });
      try {
        await committed(1);
        const refusals = refuseOnce(protocolError(type, code));
        await eventually(() => refusals.joins > 1, { what: 'a join after the refused one', timeoutMs: LONG_MS });
        await send('after');
        await committed(2);
        expect(refusals.heartbeats).toBe(1);
      } finally {
        await subscription.stop();
        await publisher.close();
        await admin.close();
      }
    },
    120_000,
  );

  /** As a broker does that loads its groups: it refuses a heartbeat, then a join. */
  function refuseOnce(refusal: Error): { heartbeats: number; joins: number } {
    const refusals = { heartbeats: 0, joins: 0 };
    broker.heartbeat = () => {
      broker.heartbeat = heartbeat;
      refusals.heartbeats += 1;
      return Promise.reject(refusal);
    };
    broker.joinGroup = function refuseFirst(this: unknown, request) {
      refusals.joins += 1;
      if (refusals.joins > 1) return joinGroup.call(this, request);
      return Promise.reject(protocolError('GROUP_LOAD_IN_PROGRESS', 14));
    };
    return refusals;
  }

  function protocolError(type: string, code: number): Error {
    return new kafkajs.KafkaJSProtocolError({ type, code, retriable: true, message: type } as never);
  }
});
