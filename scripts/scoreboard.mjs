/** `npm run scoreboard`: adds the reports of fault runs to those that are kept, and writes the tables of the documentation. */
import { startProgram } from './starter.mjs';

await startProgram('bench/dist/scoreboard/main.js', { script: 'scoreboard', flags: [] });
