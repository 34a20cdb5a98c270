import { randomBytes } from 'node:crypto';
import { Client, escapeIdentifier } from 'pg';

/** What a schema held at one moment. */
export interface SchemaBackup {
  /** Makes the schema hold that again, and nothing else; at one moment, too, whoever is connected. May be called again. */
  restore(): Promise<void>;
  /** Drops the backup. */
  drop(): Promise<void>;
}

/**
 * Keeps a copy of the rows of a schema, as they stand at one moment, to bring them back as a restored backup does. Tables that are
 * made later are left alone.
 */
export async function backUpSchema(databaseUrl: string, schema: string): Promise<SchemaBackup> {
  const copy = `backup_${randomBytes(6).toString('hex')}`;
  const tables = await inTransaction(databaseUrl, async (client) => {
    const names = await tablesOf(client, schema);
    await client.query(`CREATE SCHEMA ${copy}`);
    for (const name of names) await client.query(`CREATE TABLE ${copy}.${name} AS TABLE ${schema}.${name}`);
    return names;
  });
  return {
    restore: () =>
      inTransaction(databaseUrl, async (client) => {
        await client.query(`TRUNCATE ${tables.map((name) => `${schema}.${name}`).join(', ')}`);
        for (const name of tables) {
          await client.query(`INSERT INTO ${schema}.${name} OVERRIDING SYSTEM VALUE SELECT * FROM ${copy}.${name}`);
        }
      }),
    drop: () =>
      inTransaction(databaseUrl, async (client) => {
        await client.query(`DROP SCHEMA ${copy} CASCADE`);
      }),
  };
}

/** Quoted names. What is a part of another table is in it. */
async function tablesOf(client: Client, schema: string): Promise<string[]> {
  const { rows } = await client.query<{ relname: string }>(
    `SELECT relname FROM pg_class WHERE relnamespace = $1::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition`,
    [schema],
  );
  return rows.map(({ relname }) => escapeIdentifier(relname));
}

async function inTransaction<Result>(databaseUrl: string, work: (client: Client) => Promise<Result>): Promise<Result> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } finally {
    await client.end();
  }
}
