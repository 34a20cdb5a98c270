import { readFileSync } from 'node:fs';
import { type Stack, startStack } from '@pitwall/stack';
import { Kafka, logLevel } from 'kafkajs';
import { Client } from 'pg';
import { eventually, uniquePipelineName } from '../src/index.js';

const RECORDS = Array.from({ length: 100 }, (_, at) => `record ${at}`);

async function query(databaseUrl: string, text: string): Promise<readonly unknown[]> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query<object>(text)).rows;
  } finally {
    await client.end();
  }
}

async function readAll(kafka: Kafka, topic: string): Promise<readonly string[]> {
  const consumer = kafka.consumer({ groupId: uniquePipelineName(), maxWaitTimeInMs: 100 });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const values: string[] = [];
  const all = Promise.withResolvers<void>();
  await consumer.run({
    eachBatch: ({ batch }) => {
      values.push(...batch.messages.map((message) => message.value?.toString() ?? ''));
      if (values.length >= RECORDS.length) all.resolve();
      return Promise.resolve();
    },
  });
  await all.promise;
  await consumer.disconnect();
  return values;
}

describe('broker and database that are killed and started again', () => {
  let stack: Stack;
  // A stack of its own: others must not see their broker die.
  beforeAll(async () => {
    stack = await startStack({ ports: 'free' });
  });
  afterAll(() => stack.stop());

  it('keep every record that was acknowledged and every row that was committed', async () => {
    const kafka = new Kafka({ brokers: [...stack.kafkaBrokers], logLevel: logLevel.NOTHING });
    const topic = uniquePipelineName();
    const admin = kafka.admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: true });
    await admin.disconnect();
    const producer = kafka.producer();
    await producer.connect();
    await producer.send({ topic, acks: -1, messages: RECORDS.map((value) => ({ value })) });
    await producer.disconnect();
    await query(stack.databaseUrl, 'CREATE TABLE kept AS SELECT 42 AS value');

    await Promise.all([stack.kafka?.kill('SIGKILL'), stack.postgres?.kill('SIGKILL')]);
    await Promise.all([stack.kafka?.restart(), stack.postgres?.restart()]);

    await expect(readAll(kafka, topic)).resolves.toEqual(RECORDS);
    await expect(query(stack.databaseUrl, 'SELECT value FROM kept')).resolves.toEqual([{ value: 42 }]);
  });

  it('come back although a session of the killed database still works and holds its memory', async () => {
    const busy = new Client({ connectionString: stack.databaseUrl });
    busy.on('error', () => undefined); // Its server is killed: the query says so.
    await busy.connect();
    // Computes without waiting for anything, so that the session does not notice the end of its server for a while.
    const computing = busy
      .query('SELECT count(*) FROM generate_series(1, 1000000000)')
      .catch((error: unknown) => error);
    const isComputing =
      "SELECT pid FROM pg_stat_activity WHERE query LIKE 'SELECT count(*) FROM generate%' AND state = 'active'";
    const [session] = await eventually(
      async () => {
        const rows = (await query(stack.databaseUrl, isComputing)) as { pid: number }[];
        return rows.length > 0 ? rows : null;
      },
      { what: 'the query to run' },
    );

    await stack.postgres?.kill('SIGKILL');
    const back = stack.postgres?.restart();
    await eventually(() => readFileSync(stack.postgres?.logFile ?? '', 'utf8').includes('pre-existing shared memory'), {
      what: 'the new server to find the memory of the old one',
    });
    process.kill(session?.pid ?? -1, 'SIGKILL');
    await back;

    await expect(query(stack.databaseUrl, 'SELECT 1 AS one')).resolves.toEqual([{ one: 1 }]);
    await expect(computing).resolves.toBeInstanceOf(Error);
  });
});
