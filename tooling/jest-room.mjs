/**
 * Runs the tests of one kind in the room it is started in: `node ../../tooling/jest-room.mjs unit|int|e2e [jest arguments]`.
 *
 * Writes jest's own result to `.jest-results/<kind>.json` beside the human output; a run that dies before jest is done leaves
 * no such file, which is how `npm test` tells a crash from a pass.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { kinds, preset } from './jest-preset.mjs';
import { runtimeNode } from './runtime-node.mjs';

const [asked, ...jestArguments] = process.argv.slice(2);
const kind = kinds.find((name) => name === asked);
if (kind === undefined) {
  console.error(`jest-room: got ${JSON.stringify(asked)} as the kind of test; expected one of ${kinds.join(', ')}.`);
  process.exit(2);
}

const room = process.cwd();
const modules = fileURLToPath(new URL('../node_modules', import.meta.url));
const node = runtimeNode();

const resultFile = join(room, '.jest-results', `${kind}.json`);
mkdirSync(join(room, '.jest-results'), { recursive: true });
rmSync(resultFile, { force: true });

const jest = spawn(
  node,
  [
    join(modules, 'jest/bin/jest.js'),
    `--config=${JSON.stringify(preset(room, kind))}`,
    '--passWithNoTests',
    '--json',
    `--outputFile=${resultFile}`,
    ...jestArguments,
  ],
  {
    cwd: room,
    stdio: 'inherit',
    env: {
      ...process.env,
      NODE_OPTIONS:
        `${process.env.NODE_OPTIONS ?? ''} --experimental-vm-modules --disable-warning=ExperimentalWarning`.trim(),
    },
  },
);

// Ctrl-C reaches jest through the terminal; a signal sent to this process alone is passed on.
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
  process.on(signal, () => jest.kill(signal));

jest.on('error', (error) => {
  console.error(`jest-room: could not start ${node}: ${error.message}`);
  process.exitCode = 1;
});
jest.on('exit', (code, signal) => {
  process.exitCode = code ?? 128 + constants.signals[signal ?? 'SIGKILL'];
});
