/** `npm start`: the whole of Pitwall on this machine, with a replay of real flights. */
import { startApp } from './starter.mjs';

const FLAGS = ['once', 'speed', 'events', 'from', 'to', 'seed', 'no-replay', 'data', 'trace-ratio'];

await startApp('demo', { script: 'start', flags: FLAGS });
