import { runService } from '@pitwall/runtime';
import { AppModule } from './app.module.js';
import { configSchema } from './config.js';
import { DATABASE_OF_MONITORING } from './database.js';

await runService({ name: 'monitoring', configSchema, module: AppModule, database: DATABASE_OF_MONITORING });
