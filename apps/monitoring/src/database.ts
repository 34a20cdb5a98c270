import type { ServiceDatabase } from '@pitwall/runtime';
import { FAMILIES } from './families.js';
import { MIGRATIONS } from './migrations/index.js';

/** Where monitoring keeps what it has counted. */
export const DATABASE_OF_MONITORING: ServiceDatabase = {
  schema: 'monitoring',
  entities: [],
  migrations: MIGRATIONS,
  families: FAMILIES,
};
