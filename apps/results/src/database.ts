import type { ServiceDatabase } from '@pitwall/runtime';
import { MIGRATIONS } from './migrations/index.js';
import { FAMILIES } from './storage/families.js';

/** Where results keeps what it knows. */
export const DATABASE_OF_RESULTS: ServiceDatabase = {
  schema: 'results',
  entities: [],
  migrations: MIGRATIONS,
  families: FAMILIES,
};
