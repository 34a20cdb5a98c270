import { CreatePartitionProgress1767225600000 } from '@pitwall/persistence';
import { runService } from '@pitwall/runtime';
import { AppModule } from './app.module.js';
import { configSchema } from './config.js';
import { CreateWindows1767226000000 } from './migrations/create-windows.migration.js';

await runService({
  name: 'monitoring',
  configSchema,
  module: AppModule,
  database: {
    schema: 'monitoring',
    entities: [],
    migrations: [CreatePartitionProgress1767225600000, CreateWindows1767226000000],
  },
});
