import { randomUUID } from 'node:crypto';
import { eventually, stackForTests } from '@pitwall/testing';
import type {
  InboundRecord,
  MessagingClient,
  OutboundRecord,
  Subscription,
  SubscriptionState,
  TopicAdmin,
} from '../src/index.js';
import { clientFor } from './kafka-for-tests.js';
import { lz4Batch, plainBatch, produceRaw } from './raw-produce.js';

const record = (value: string): OutboundRecord => ({
  topic: 'unused',
  partition: 0,
  key: Buffer.from('k'),
  value: Buffer.from(value),
  headers: [{ name: 'h', value: null }],
});

describe('what foreign producers write', () => {
  let broker: string;
  let client: MessagingClient;
  let admin: TopicAdmin;
  let topic: string;
  let states: SubscriptionState[];
  let seen: InboundRecord[];
  let subscription: Subscription | null;

  beforeAll(async () => {
    const { kafkaBrokers } = await stackForTests();
    broker = kafkaBrokers[0] ?? '';
    client = clientFor(kafkaBrokers);
    admin = await client.admin();
  }, 60_000);

  beforeEach(() => {
    topic = `foreign-${randomUUID()}`;
    states = [];
    seen = [];
    subscription = null;
  });

  afterEach(() => subscription?.stop());
  afterAll(() => admin.close());

  const consume = async (): Promise<void> => {
    subscription = await client.consume({
      groupId: `group-${topic}`,
      topics: [topic],
      concurrency: 1,
      onState: (state) => void states.push(state),
      onBatch: async ({ records }) => void seen.push(...records),
    });
  };

  it('is read from an lz4 batch when the topic unpacks it', async () => {
    await admin.create([{ name: topic, partitions: 1, config: { 'compression.type': 'uncompressed' } }], 1);
    await produceRaw(broker, topic, lz4Batch([record('a'), record('b'.repeat(100_000))]));
    await consume();
    await eventually(() => seen.length >= 2, { what: 'the records', timeoutMs: 30_000 });
    expect(seen.map(({ value }) => value?.length)).toEqual([1, 100_000]);
    expect(seen[0]?.headers).toEqual([{ name: 'h', value: null }]);
  });

  it('fails for good, and says what to set, when the topic keeps lz4', async () => {
    await admin.create([{ name: topic, partitions: 1, config: { 'compression.type': 'producer' } }], 1);
    await produceRaw(broker, topic, lz4Batch([record('a')]));
    await consume();
    await eventually(() => states.some(({ phase }) => phase === 'failed'), { what: 'the failure', timeoutMs: 30_000 });
    expect(states.at(-1)?.reason).toMatch(/lz4.*compression\.type=uncompressed/);
    expect(seen).toEqual([]);
  });

  it('is read from one batch of 70,000 records', async () => {
    const count = 70_000;
    await admin.create([{ name: topic, partitions: 1, config: {} }], 1);
    const tiny: OutboundRecord = { topic, partition: 0, key: null, value: Buffer.alloc(0), headers: [] };
    await produceRaw(broker, topic, plainBatch(Array.from({ length: count }, () => tiny)));
    await consume();
    await eventually(() => seen.length >= count, { what: 'the records', timeoutMs: 30_000 });
    expect(seen.map(({ offset }) => offset)).toEqual(Array.from({ length: count }, (_, index) => index));
  });
});
