import { runService } from '@pitwall/runtime';
import { AppModule } from './app.module.js';
import { configSchema } from './config.js';

await runService({ name: 'inference', configSchema, module: AppModule });
