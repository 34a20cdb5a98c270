import { runService } from '@pitwall/runtime';
import { AppModule } from './app.module.js';
import { configSchema } from './config.js';

await runService({
  name: 'ingestion',
  configSchema,
  module: AppModule,
  http: { bodies: 'raw', maxBodyBytes: 8 * 1024 * 1024 },
});
