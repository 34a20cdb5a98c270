import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { stackForTests } from './stack-for-tests.js';

/** An empty database of one test file. */
export interface FreshDatabase {
  readonly databaseUrl: string;
  /** Drops it and cuts its connections. */
  drop(): Promise<void>;
}

/** An empty schema of one test file in the shared database. */
export interface FreshSchema {
  readonly databaseUrl: string;
  readonly schema: string;
  /** Drops it with all it holds. */
  drop(): Promise<void>;
}

async function execute(databaseUrl: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

// Made here and never from outside: hex digits need no quoting.
function newName(): string {
  return `test_${randomBytes(6).toString('hex')}`;
}

/** Makes a database on the stack of the tests. A service under test finds its own fixed schemas missing there, as on a new machine. */
export async function freshDatabase(): Promise<FreshDatabase> {
  const { databaseUrl } = await stackForTests();
  const name = newName();
  await execute(databaseUrl, `CREATE DATABASE ${name}`);
  const url = new URL(databaseUrl);
  url.pathname = `/${name}`;
  return {
    databaseUrl: url.toString(),
    drop: () => execute(databaseUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

/** Makes a schema on the stack of the tests. */
export async function freshSchema(): Promise<FreshSchema> {
  const { databaseUrl } = await stackForTests();
  const schema = newName();
  await execute(databaseUrl, `CREATE SCHEMA ${schema}`);
  return { databaseUrl, schema, drop: () => execute(databaseUrl, `DROP SCHEMA IF EXISTS ${schema} CASCADE`) };
}
