/** `npm run check`: format, lint, types, imports between rooms, unused code. Exit code 1 if any of them fails. */
import { fileURLToPath } from 'node:url';
import { runChecks } from './check/run-checks.mjs';

const results = await runChecks(fileURLToPath(new URL('..', import.meta.url)));
process.exitCode = results.every(({ passed }) => passed) ? 0 : 1;
