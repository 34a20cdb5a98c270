import { CreatePartitionProgress1767225600000, type Database, openDatabase } from '@pitwall/persistence';
import { freshSchema } from '@pitwall/testing';
import { CreateDecisions1767226000000 } from '../src/migrations/create-decisions.migration.js';

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
    migrations: [CreatePartitionProgress1767225600000, CreateDecisions1767226000000],
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
