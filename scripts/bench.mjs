/** `npm run bench`: how much the event path carries on this machine, how fast, and what it costs. */
import { startProgram } from './starter.mjs';

const FLAGS = ['events', 'rate', 'seconds', 'json', 'cpu-prof', 'strict'];

await startProgram('bench/dist/benchmark/main.js', { script: 'bench', flags: FLAGS });
