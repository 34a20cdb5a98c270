/**
 * What it costs to carry records through one service: consume → handler → publish, on a real broker.
 *
 *   node packages/messaging/bench/through.mjs --brokers 127.0.0.1:9092 [--records 500000] [--client pitwall|kafkajs]
 *
 * Fills a topic with records of 363 bytes, carries them to a second one and prints CPU seconds per million records, for this
 * process alone. `--client kafkajs` does the same with kafkajs as it comes, for comparison. Build the packages first.
 */
import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: {
    brokers: { type: 'string', default: '127.0.0.1:9092' },
    records: { type: 'string', default: '500000' },
    client: { type: 'string', default: 'pitwall' },
  },
});
const brokers = options.brokers.split(',');
const count = Number(options.records);
const PARTITIONS = 6;
const VALUE_BYTES = 363;
const CHUNK = 6_000;

const quiet = { debug() {}, info() {}, warn: console.error, error: console.error };

const loadClient = async () => {
  const { kafkaClient } = await import('../dist/index.js');
  return kafkaClient({ brokers, clientId: 'bench', sessionTimeoutMs: 10_000 }, quiet);
};

/** Both publish by our client: filling is not what is measured. */
const fill = async (client, topic) => {
  const publisher = await client.publisher();
  const value = Buffer.alloc(VALUE_BYTES, 'x');
  const traceparent = {
    name: 'traceparent',
    value: Buffer.from('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00'),
  };
  for (let from = 0; from < count; from += CHUNK) {
    const size = Math.min(CHUNK, count - from);
    await publisher.send(
      Array.from({ length: size }, (_, index) => ({
        topic,
        partition: index % PARTITIONS,
        key: Buffer.from(`N${from + index}`),
        value,
        headers: [traceparent],
      })),
    );
  }
  await publisher.close();
};

const throughPitwall = async (client, { from, to, carried }) => {
  const publisher = await client.publisher();
  const subscription = await client.consume({
    groupId: `bench-${randomUUID()}`,
    topics: [from],
    concurrency: 3,
    onState: () => {},
    onBatch: async ({ records }) => {
      const outputs = records.map(({ partition, key, value, headers }) => ({
        topic: to,
        partition,
        key,
        value,
        headers,
      }));
      await publisher.send(outputs);
      carried(records.length);
    },
  });
  return async () => {
    await subscription.stop();
    await publisher.close();
  };
};

const throughKafkajs = async (_, { from, to, carried }) => {
  const { default: kafkajs } = await import('kafkajs');
  const kafka = new kafkajs.Kafka({ brokers, clientId: 'bench', logLevel: kafkajs.logLevel.ERROR });
  const producer = kafka.producer({
    createPartitioner:
      () =>
      ({ message }) =>
        message.partition,
    maxInFlightRequests: 1,
  });
  await producer.connect();
  const consumer = kafka.consumer({ groupId: `bench-${randomUUID()}` });
  await consumer.connect();
  await consumer.subscribe({ topics: [from], fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    partitionsConsumedConcurrently: 3,
    eachBatch: async (payload) => {
      const { messages, partition, topic } = payload.batch;
      for (let at = 0; at < messages.length; at += 1_000) {
        const outputs = messages
          .slice(at, at + 1_000)
          .map(({ key, value, headers }) => ({ key, value, headers, partition }));
        await producer.send({ topic: to, acks: -1, messages: outputs });
      }
      const offset = String(Number(messages.at(-1).offset) + 1);
      await payload.commitOffsetsIfNecessary({ topics: [{ topic, partitions: [{ partition, offset }] }] });
      carried(messages.length);
    },
  });
  return async () => {
    await consumer.disconnect();
    await producer.disconnect();
  };
};

const main = async () => {
  const from = `bench-${randomUUID()}`;
  const to = `${from}-to`;
  // The child knows kafkajs as it comes: replacing its modules cannot be undone in one process.
  if (options.client === 'kafkajs') await fillByChild(from, to);
  else await prepare(await loadClient(), from, to);

  const client = options.client === 'kafkajs' ? null : await loadClient();
  const through = options.client === 'kafkajs' ? throughKafkajs : throughPitwall;
  let carried = 0;
  let finish;
  const finished = new Promise((resolve) => (finish = resolve));
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  const stop = await through(client, {
    from,
    to,
    carried: (size) => {
      carried += size;
      if (carried >= count) finish();
    },
  });
  await finished;
  const seconds = (performance.now() - startedAt) / 1_000;
  const { user, system } = process.cpuUsage(cpuBefore);
  await stop();
  console.log(
    JSON.stringify({
      client: options.client,
      records: count,
      seconds: Number(seconds.toFixed(2)),
      recordsPerSecond: Math.round(count / seconds),
      cpuSecondsPerMillion: Number(((user + system) / count).toFixed(2)),
    }),
  );
};

const prepare = async (client, from, to) => {
  const admin = await client.admin();
  const topic = (name) => ({ name, partitions: PARTITIONS, config: { 'message.timestamp.type': 'LogAppendTime' } });
  await admin.create([topic(from), topic(to)], 1);
  await admin.close();
  await fill(client, from);
};

const fillByChild = async (from, to) => {
  const { spawnSync } = await import('node:child_process');
  const child = spawnSync(process.execPath, [process.argv[1], ...process.argv.slice(2)], {
    env: { ...process.env, PITWALL_BENCH_FILL: `${from} ${to}` },
    stdio: 'inherit',
  });
  if (child.status !== 0) process.exit(1);
};

const filling = process.env.PITWALL_BENCH_FILL;
if (filling === undefined) await main();
else await prepare(await loadClient(), ...filling.split(' '));
