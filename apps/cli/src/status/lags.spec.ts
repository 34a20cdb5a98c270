import { InMemoryBroker, type OutboundRecord } from '@pitwall/messaging';
import { eventually } from '@pitwall/testing';
import { readLags } from './lags.js';

const APPENDED_AT = 1_000_000;

const setUp = async () => {
  const broker = new InMemoryBroker({ now: () => APPENDED_AT });
  for (const kind of ['events', 'features']) broker.createTopic(`p.${kind}.v1`, 2);
  broker.createTopic('q.events.v1', 2);
  const client = broker.client();
  const publisher = await client.publisher();
  const record = (topic: string, partition: number): OutboundRecord => ({
    topic,
    partition,
    key: null,
    value: Buffer.from('{}'),
    headers: [],
  });
  /** Reads a topic to its end and leaves. */
  const readOnce = async (groupId: string, topic: string, records: number): Promise<void> => {
    let seen = 0;
    const subscription = await client.consume({
      groupId,
      topics: [topic],
      concurrency: 2,
      onBatch: async (batch) => void (seen += batch.records.length),
      onState: () => undefined,
    });
    await eventually(() => seen === records, { what: 'the records' });
    await subscription.stop();
  };
  const question = (pipelines: readonly string[] | null) => ({
    pipelines,
    now: () => new Date(APPENDED_AT + 2_500),
    signal: new AbortController().signal,
  });
  const lags = async (pipelines: readonly string[] | null) =>
    readLags(client, await client.admin(), question(pipelines));
  return { publisher, record, readOnce, lags };
};

describe('readLags', () => {
  it('counts what each group has not committed, with the age of the oldest, in the order of the event path', async () => {
    const { publisher, record, readOnce, lags } = await setUp();
    await publisher.send([record('p.events.v1', 0), record('p.events.v1', 1), record('p.features.v1', 0)]);
    await readOnce('pitwall.inference.features.p', 'p.features.v1', 1);
    await readOnce('pitwall.ingestion.events.p', 'p.events.v1', 2);
    await publisher.send([record('p.events.v1', 1), record('p.events.v1', 1)]);
    expect(await lags(['p'])).toEqual([
      expect.objectContaining({ service: 'ingestion', topic: 'events', records: 2, seconds: 2.5, members: 0 }),
      expect.objectContaining({ service: 'inference', topic: 'features', records: 0, seconds: 0, members: 0 }),
    ]);
  });

  it('leaves out other pipelines, and groups that are none of the services', async () => {
    const { publisher, record, readOnce, lags } = await setUp();
    await publisher.send([record('q.events.v1', 0)]);
    await readOnce('pitwall.ingestion.events.q', 'q.events.v1', 1);
    await readOnce('pitwall.table.pitwall-cli.0af7', 'q.events.v1', 1);
    expect(await lags(['p'])).toEqual([]);
    expect((await lags(null)).map(({ groupId }) => groupId)).toEqual(['pitwall.ingestion.events.q']);
  });
});
