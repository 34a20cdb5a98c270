import { argv, env } from 'node:process';
import { demo } from './demo.js';

process.exitCode = await demo(argv.slice(2), env);
