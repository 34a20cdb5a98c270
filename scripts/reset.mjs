/** `npm run reset`: deletes what Pitwall keeps on this machine. What it does is in packages/stack/src/reset-command.ts. */
import { existsSync } from 'node:fs';

const program = new URL('../packages/stack/dist/index.js', import.meta.url);
if (!existsSync(program)) {
  console.error('Pitwall is not built yet. Run `node scripts/setup.mjs` first (`npm start` does it, too).');
  process.exit(1);
}
const { resetCommand, terminalIo } = await import(program.href);
process.exitCode = await resetCommand(process.argv.slice(2), terminalIo());
