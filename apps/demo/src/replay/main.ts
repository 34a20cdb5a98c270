import { argv, env } from 'node:process';
import { replayIntoServices } from './replay-into-services.js';

process.exitCode = await replayIntoServices(argv.slice(2), env);
