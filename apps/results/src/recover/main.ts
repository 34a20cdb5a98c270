import { runRecovery } from '@pitwall/runtime';
import { configSchema } from '../config.js';
import { DATABASE_OF_RESULTS } from '../database.js';
import { CLAIMED_TOPICS } from './claimed-topics.js';
import { importPublished } from './import-published.js';

await runRecovery({
  name: 'results',
  configSchema,
  database: DATABASE_OF_RESULTS,
  topics: CLAIMED_TOPICS,
  importPublished,
});
