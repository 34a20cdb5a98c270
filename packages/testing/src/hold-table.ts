import { Client, escapeIdentifier } from 'pg';

/**
 * Keeps everybody from writing to a table, as an index that is being built does; readers pass. Transactions that are about to write
 * wait, with all they have done so far. @returns what lets them go on
 */
export async function holdTable(
  databaseUrl: string,
  { schema, table }: { readonly schema: string; readonly table: string },
): Promise<() => Promise<void>> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('BEGIN');
    await client.query(`LOCK TABLE ${escapeIdentifier(schema)}.${escapeIdentifier(table)} IN SHARE MODE`);
  } catch (error) {
    await client.end();
    throw error;
  }
  return () => client.end();
}
