import { runService } from '@pitwall/runtime';
import { AppModule } from './app.module.js';
import { configSchema } from './config.js';
import { MIGRATIONS } from './migrations/index.js';

await runService({
  name: 'results',
  configSchema,
  module: AppModule,
  database: { schema: 'results', entities: [], migrations: MIGRATIONS },
});
