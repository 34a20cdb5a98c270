import { Client } from 'pg';

/** Reads rows by a connection of its own, which says whose it is. */
export async function readRows<Row extends object>(
  databaseUrl: string,
  sql: string,
  values: readonly unknown[],
): Promise<readonly Row[]> {
  const client = new Client({ connectionString: databaseUrl, application_name: 'pitwall-oracle' });
  await client.connect();
  try {
    const { rows } = await client.query<Row>(sql, [...values]);
    return rows;
  } finally {
    await client.end();
  }
}
