import { argv } from 'node:process';
import { overload } from './overload.js';

process.exitCode = await overload(argv.slice(2));
