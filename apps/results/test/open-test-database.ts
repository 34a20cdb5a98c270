import { type Database, openDatabase } from '@pitwall/persistence';
import { freshSchema } from '@pitwall/testing';
import { MIGRATIONS } from '../src/migrations/index.js';

export interface TestDatabase {
  readonly database: Database;
  close(): Promise<void>;
}

/** A migrated database of results in a schema of its own. */
export async function openTestDatabase(applicationName: string): Promise<TestDatabase> {
  const schema = await freshSchema();
  const database = await openDatabase({
    url: schema.databaseUrl,
    schema: schema.schema,
    entities: [],
    migrations: MIGRATIONS,
    applicationName,
  });
  return {
    database,
    close: async () => {
      await database.close();
      await schema.drop();
    },
  };
}
