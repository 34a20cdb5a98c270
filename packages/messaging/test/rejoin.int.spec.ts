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

type Heartbeat = (this: unknown, request: unknown) => Promise<unknown>;
const broker = (
  createRequire(import.meta.url)('kafkajs/src/broker/index.js') as { readonly prototype: { heartbeat: Heartbeat } }
).prototype;

/** kafkajs looks at the first failure of several partitions, in an order of its own: here it is hardly ever the one that matters. */
const PARTITIONS = 16;
const STALE = 5;

describe('a partition that may be another’s, beside others whose heartbeat finds no broker', () => {
  const { heartbeat } = broker;
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
