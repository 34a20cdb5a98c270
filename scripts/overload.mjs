/** `npm run overload`: what happens when more comes than this machine can do. */
import { startProgram } from './starter.mjs';

const FLAGS = ['events', 'times', 'seconds', 'json'];

await startProgram('bench/dist/overload/main.js', { script: 'overload', flags: FLAGS });
