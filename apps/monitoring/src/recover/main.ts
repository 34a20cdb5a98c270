import { runRecovery } from '@pitwall/runtime';
import { configSchema } from '../config.js';
import { DATABASE_OF_MONITORING } from '../database.js';
import { CLAIMED_TOPICS } from './claimed-topics.js';

// Counts and progress are one transaction: what was counted since is counted again, and nothing has to be imported.
await runRecovery({
  name: 'monitoring',
  configSchema,
  database: DATABASE_OF_MONITORING,
  topics: CLAIMED_TOPICS,
});
