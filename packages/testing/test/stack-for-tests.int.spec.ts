import { Kafka, logLevel } from 'kafkajs';
import { Client } from 'pg';
import { freshDatabase, freshSchema, stackForTests, uniquePipelineName } from '../src/index.js';

async function query(databaseUrl: string, text: string): Promise<readonly unknown[]> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

describe('stackForTests', () => {
  it('gives a Kafka on which a topic can be made', async () => {
    const { kafkaBrokers } = await stackForTests();
    const kafka = new Kafka({ brokers: [...kafkaBrokers], logLevel: logLevel.NOTHING });
    const admin = kafka.admin();
    await admin.connect();
    const topic = uniquePipelineName();
    await admin.createTopics({ topics: [{ topic, numPartitions: 2 }], waitForLeaders: true });
    await expect(admin.listTopics()).resolves.toContain(topic);
    await admin.disconnect();
  });

  it('gives the same stack again', async () => {
    await expect(stackForTests()).resolves.toEqual(await stackForTests());
  });
});

describe('freshDatabase', () => {
  it('is empty, and gone after drop', async () => {
    const database = await freshDatabase();
    const schemas = await query(
      database.databaseUrl,
      `SELECT nspname FROM pg_namespace WHERE nspname !~ '^(pg_|info)'`,
    );
    expect(schemas).toEqual([{ nspname: 'public' }]);
    await database.drop();
    await expect(query(database.databaseUrl, 'SELECT 1')).rejects.toThrow('does not exist');
  });
});

describe('freshSchema', () => {
  it('takes tables, and is gone after drop', async () => {
    const { databaseUrl, schema, drop } = await freshSchema();
    await query(databaseUrl, `CREATE TABLE ${schema}.t (id int)`);
    await drop();
    await expect(query(databaseUrl, `SELECT * FROM ${schema}.t`)).rejects.toThrow('does not exist');
  });
});
