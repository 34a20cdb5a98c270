import { argv } from 'node:process';
import { chaos } from './chaos.js';

process.exitCode = await chaos(argv.slice(2));
