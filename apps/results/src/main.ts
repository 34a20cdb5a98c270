import { runService } from '@pitwall/runtime';
import { AppModule } from './app.module.js';
import { configSchema, MAX_BODY_BYTES } from './config.js';
import { DATABASE_OF_RESULTS } from './database.js';

await runService({
  name: 'results',
  configSchema,
  module: AppModule,
  http: { bodies: 'raw', maxBodyBytes: MAX_BODY_BYTES },
  database: DATABASE_OF_RESULTS,
});
