import { PitwallError } from '@pitwall/contracts';
import { Client } from 'pg';
import { type ConnectionTarget, TIMEOUTS } from './connection-target.js';
import type { DatabaseOptions } from './database-options.js';

/**
 * Throws a {@link PitwallError} `schema_behind` where the schema lacks migrations, or is not there at all. Only reads: TypeORM's own
 * look at it would create its table.
 */
export async function requireMigrated(options: DatabaseOptions, { schema }: ConnectionTarget): Promise<void> {
  const applied = await appliedMigrations(options, schema);
  const missing = options.migrations.map(({ name }) => name).filter((name) => !applied.includes(name));
  if (missing.length === 0) return;
  const state = applied.length === 0 ? 'does not exist yet, or is empty' : `stands at ${applied.at(-1)}`;
  throw new PitwallError(
    `The schema ${schema} ${state}; this version expects ${missing.join(', ')} as well. Nothing was changed, so nothing can be said of it.`,
    { code: 'schema_behind', details: { schema, missing } },
  );
}

/** Names, the last one last. */
async function appliedMigrations(options: DatabaseOptions, schema: string): Promise<readonly string[]> {
  const client = new Client({
    connectionString: options.url,
    application_name: options.applicationName,
    connectionTimeoutMillis: TIMEOUTS.connectMs,
    query_timeout: TIMEOUTS.queryMs,
  });
  // What is lost meanwhile is reported by the query in hand.
  client.on('error', () => undefined);
  await client.connect();
  try {
    const table = `${client.escapeIdentifier(schema)}.migrations`;
    const { rows: found } = await client.query<{ readonly found: boolean }>(
      'SELECT to_regclass($1) IS NOT NULL AS found',
      [table],
    );
    if (found[0]?.found !== true) return [];
    const { rows } = await client.query<{ readonly name: string }>(`SELECT name FROM ${table} ORDER BY timestamp`);
    return rows.map(({ name }) => name);
  } finally {
    await client.end();
  }
}
