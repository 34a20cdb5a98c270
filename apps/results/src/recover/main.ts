import { deadLettersTopic, feedbackTopic, predictionsTopic } from '@pitwall/contracts';
import { runRecovery } from '@pitwall/runtime';
import { configSchema } from '../config.js';
import { DATABASE_OF_RESULTS } from '../database.js';
import { importPublished } from './import-published.js';

await runRecovery({
  name: 'results',
  configSchema,
  database: DATABASE_OF_RESULTS,
  topics: [predictionsTopic, feedbackTopic, deadLettersTopic],
  importPublished,
});
