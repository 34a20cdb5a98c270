import { argv } from 'node:process';
import { benchmark } from './benchmark.js';

process.exitCode = await benchmark(argv.slice(2));
