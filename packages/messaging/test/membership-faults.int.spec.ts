import { randomUUID } from 'node:crypto';
import { eventually, stackForTests } from '@pitwall/testing';
import type {
  ClientLogger,
  MessagingClient,
  Publisher,
  Subscription,
  SubscriptionState,
  TopicAdmin,
} from '../src/index.js';
import { newKafka } from '../src/kafka/connection.js';
import { clientFor, SILENT } from './kafka-for-tests.js';

const LONG_MS = 30_000;
const SESSION_MS = 6_000;

describe('a consumer in trouble', () => {
  let brokers: readonly string[];
  let client: MessagingClient;
  let admin: TopicAdmin;
  let publisher: Publisher;
  let topic: string;
  let groupId: string;
  let states: SubscriptionState[];
  let subscription: Subscription | null;

  beforeAll(async () => {
    ({ kafkaBrokers: brokers } = await stackForTests());
    client = clientFor(brokers);
    admin = await client.admin();
    publisher = await client.publisher();
  }, 60_000);

  beforeEach(async () => {
    topic = `trouble-${randomUUID()}`;
    groupId = `group-${topic}`;
    states = [];
    subscription = null;
    await admin.create([{ name: topic, partitions: 1, config: {} }], 1);
  });

  afterEach(() => subscription?.stop());
  afterAll(async () => {
    await publisher.close();
    await admin.close();
  });

  const publish = (...values: readonly string[]): Promise<void> =>
    publisher.send(values.map((value) => ({ topic, partition: 0, key: null, value: Buffer.from(value), headers: [] })));

  const deleteRecordsBefore = async (offset: number): Promise<void> => {
    const kafka = newKafka({ brokers, clientId: 'deleter', sessionTimeoutMs: SESSION_MS }, SILENT).admin();
    try {
      await kafka.connect();
      // Asking for the offsets makes the topic known to this client.
      await kafka.fetchTopicOffsets(topic);
      await kafka.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: String(offset) }] });
    } finally {
      await kafka.disconnect();
    }
  };

  const consume = async (seen: string[]): Promise<Subscription> => {
    const consumer = await client.consume({
      groupId,
      topics: [topic],
      concurrency: 1,
      onState: (state) => void states.push(state),
      onBatch: async ({ records }) => void seen.push(...records.map(({ value }) => value?.toString() ?? '')),
    });
    subscription = consumer;
    return consumer;
  };

  it('stands still and says so when records that it has not read are deleted', async () => {
    const before: string[] = [];
    await publish('a');
    const first = await consume(before);
    await eventually(async () => ((await admin.committedOffsets(groupId, topic)).get(0) ?? 0) > 0, {
      what: 'the commit',
      timeoutMs: LONG_MS,
    });
    await first.stop();
    await publish('b', 'c', 'd');
    await deleteRecordsBefore(3);

    const seen: string[] = [];
    states.length = 0;
    await consume(seen);
    const trouble = await eventually(() => states.find(({ phase }) => phase === 'retrying'), {
      what: 'the trouble',
      timeoutMs: LONG_MS,
    });
    expect(trouble.reason).toContain(
      `Offset 1 of ${topic}, partition 0, committed by ${groupId}, is not in the log any more`,
    );
    expect(seen).toEqual([]);
    expect((await admin.committedOffsets(groupId, topic)).get(0)).toBe(1);
  });

  it('begins where the log begins when its group has read nothing yet', async () => {
    await publish('a', 'b', 'c');
    await deleteRecordsBefore(2);
    const seen: string[] = [];
    await consume(seen);
    await eventually(() => seen.length > 0, { what: 'the record that is left', timeoutMs: LONG_MS });
    expect(seen).toEqual(['c']);
  });

  it('knows after a freeze that its partition may be another’s, sends nothing more, and starts over', async () => {
    const held: boolean[] = [];
    const refusals: unknown[] = [];
    const ids: number[] = [];
    await publish('a');
    subscription = await client.consume({
      groupId,
      topics: [topic],
      concurrency: 1,
      onState: (state) => void states.push(state),
      onBatch: async ({ assignment }) => {
        ids.push(assignment.id);
        if (ids.length > 1) return;
        held.push(assignment.isHeld());
        freeze(SESSION_MS + 500);
        held.push(assignment.isHeld());
        const late = [{ topic, partition: 0, key: null, value: Buffer.from('late'), headers: [] }];
        try {
          await publisher.send(late, { stillHeld: assignment.isHeld });
        } catch (error) {
          refusals.push((error as { code?: unknown }).code);
          throw error;
        }
      },
    });
    await eventually(async () => ((await admin.committedOffsets(groupId, topic)).get(0) ?? 0) > 0, {
      what: 'the commit',
      timeoutMs: LONG_MS,
    });
    expect(held).toEqual([true, false]);
    expect(refusals).toEqual(['stale_claim']);
    expect(ids).toHaveLength(2);
    expect(ids[1]).toBeGreaterThan(ids[0] ?? Number.POSITIVE_INFINITY);
    expect((await admin.endOffsets(topic)).get(0)).toBe(1);
  });

  it('keeps its membership while a handler works longer than the session, if that tells its progress', async () => {
    const ids: number[] = [];
    await publish('a');
    subscription = await client.consume({
      groupId,
      topics: [topic],
      concurrency: 1,
      onState: (state) => void states.push(state),
      onBatch: async ({ assignment }, heartbeat) => {
        ids.push(assignment.id);
        const until = performance.now() + SESSION_MS + 2_000;
        while (performance.now() < until) {
          await new Promise((resolve) => setTimeout(resolve, 100));
          await heartbeat();
        }
        expect(assignment.isHeld()).toBe(true);
      },
    });
    await eventually(async () => ((await admin.committedOffsets(groupId, topic)).get(0) ?? 0) > 0, {
      what: 'the commit',
      timeoutMs: LONG_MS,
    });
    expect(ids).toHaveLength(1);
  });

  it('keeps trying to join, and says why, while the topic does not exist', async () => {
    const later = `${topic}-later`;
    const seen: string[] = [];
    topic = later;
    await consume(seen);
    await eventually(() => states.some(({ phase, reason }) => phase === 'retrying' && /topic/.test(reason ?? '')), {
      what: 'the reason',
      timeoutMs: LONG_MS,
    });
    await admin.create([{ name: later, partitions: 1, config: {} }], 1);
    await publish('a');
    await eventually(() => seen.length === 1, { what: 'the record', timeoutMs: LONG_MS });
    expect(states.at(-1)).toEqual({ phase: 'running', reason: null });
  });

  it('keeps trying while no broker answers, and stops when it is told to', async () => {
    const warnings: string[] = [];
    const logger: ClientLogger = { ...SILENT, warn: (_, message) => void warnings.push(message) };
    const nowhere = clientFor(['127.0.0.1:1'], logger);
    const lost = await nowhere.consume({
      groupId,
      topics: [topic],
      concurrency: 1,
      onState: (state) => void states.push(state),
      onBatch: async () => undefined,
    });
    await eventually(() => states.some(({ phase }) => phase === 'retrying'), {
      what: 'the trouble',
      timeoutMs: LONG_MS,
    });
    expect(states.find(({ phase }) => phase === 'retrying')?.reason).toMatch(/ECONNREFUSED/);
    await lost.stop();
    expect(states.at(-1)).toEqual({ phase: 'stopped', reason: null });
    const nowherePublisher = await nowhere.publisher();
    const record = { topic, partition: 0, key: null, value: null, headers: [] };
    await expect(nowherePublisher.send([record])).rejects.toMatchObject({ code: 'send_failed', retriable: true });
    await nowherePublisher.close();
  });
});

/** Blocks the whole process, as a stop signal or a long pause of the garbage collector would. */
function freeze(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
