import { CreatePartitionProgress1767225600000 } from '@pitwall/persistence';
import type { ServiceDatabase } from '@pitwall/runtime';
import { CreateWindows1767226000000 } from './migrations/create-windows.migration.js';

/** Where monitoring keeps what it has counted. */
export const DATABASE_OF_MONITORING: ServiceDatabase = {
  schema: 'monitoring',
  entities: [],
  migrations: [CreatePartitionProgress1767225600000, CreateWindows1767226000000],
};
