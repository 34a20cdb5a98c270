import { CreatePartitionProgress1767225600000 } from '@pitwall/persistence';
import { runService } from '@pitwall/runtime';
import { AppModule } from './app.module.js';
import { configSchema } from './config.js';
import { CreateDecisions1767226000000 } from './migrations/create-decisions.migration.js';

await runService({
  name: 'results',
  configSchema,
  module: AppModule,
  database: {
    schema: 'results',
    entities: [],
    migrations: [CreatePartitionProgress1767225600000, CreateDecisions1767226000000],
  },
});
