/** `npm run chaos`: breaks the event path in many ways and shows whether the promise holds. */
import { startProgram } from './starter.mjs';

const FLAGS = ['scenario', 'profile', 'seed', 'planted', 'json', 'list'];

await startProgram('bench/dist/chaos/main.js', { script: 'chaos', flags: FLAGS });
