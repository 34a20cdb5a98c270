/** `npm start`: the whole of Pitwall on this machine, with a replay of real flights. */
import { startProgram } from './starter.mjs';

const FLAGS = ['once', 'speed', 'events', 'from', 'to', 'seed', 'no-replay', 'data', 'trace-ratio'];

await startProgram('apps/demo/dist/main.js', { script: 'start', flags: FLAGS });
