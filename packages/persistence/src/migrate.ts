import { Client } from 'pg';
import { DataSource, type MixedList } from 'typeorm';
import { type ConnectionTarget, TIMEOUTS, withSessionOptions } from './connection-target.js';
import { dataSourceOptions } from './data-source.js';
import type { ClassOf, DatabaseOptions } from './database-options.js';

/** Two 32-bit numbers that name our advisory lock among those of the database: 'Pitw' in ASCII, and 1 for migrations. */
const LOCK = [0x50_69_74_77, 1];

/**
 * Creates the schema and applies the migrations that it has not seen, each in a transaction of its own. One at a time in the
 * whole database: others wait for up to a minute. TypeORM makes its table of migrations before the first of them, so the
 * schema has to be there before.
 */
export async function migrate(options: DatabaseOptions, target: ConnectionTarget): Promise<void> {
  // No limit for a statement: building an index on a large table takes as long as it takes.
  const url = withSessionOptions(options.url, {
    schema: target.schema,
    statementTimeoutMs: 0,
    lockTimeoutMs: TIMEOUTS.migrationLockMs,
  });
  const client = new Client({
    connectionString: url,
    application_name: `${options.applicationName} migrations`,
    connectionTimeoutMillis: TIMEOUTS.connectMs,
  });
  // What is lost meanwhile is reported by the query in hand.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1, $2)', LOCK);
    await client.query(`CREATE SCHEMA IF NOT EXISTS ${client.escapeIdentifier(target.schema)}`);
    await runMigrations(options, url);
  } finally {
    // Ends the session and with it the lock.
    await client.end();
  }
}

async function runMigrations(options: DatabaseOptions, url: string): Promise<void> {
  const common = dataSourceOptions(options, url);
  const dataSource = new DataSource({
    ...common,
    extra: { keepAlive: true },
    migrations: [...options.migrations] as MixedList<ClassOf>,
    migrationsTableName: 'migrations',
    poolSize: 1,
  });
  await dataSource.initialize();
  try {
    const applied = await dataSource.runMigrations({ transaction: 'each' });
    for (const { name } of applied)
      options.logger?.info({ migration: name, schema: options.schema }, 'migration applied');
  } finally {
    await dataSource.destroy();
  }
}
