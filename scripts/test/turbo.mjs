import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { runtimeNode } from '../../tooling/runtime-node.mjs';

/** The name of the npm script that runs each kind of test in a room. */
export const SCRIPTS = /** @type {const} */ ({ unit: 'test', int: 'test:int', e2e: 'test:e2e' });

const LOGS = ['--log-prefix=none', '--ui=stream'];
const QUIET_LOGS = [...LOGS, '--output-logs=errors-only', '--log-order=grouped'];
// These take minutes: whoever waits sees each file as it ends.
const RUNNING_LOGS = [...LOGS, '--output-logs=full', '--log-order=stream'];

/**
 * Runs the tests of one kind in the given rooms. Of unit tests it shows only what failing rooms print.
 *
 * @param {string} root
 * @param {{ kind: keyof typeof SCRIPTS, rooms: readonly import('./rooms.mjs').Room[], env: Record<string, string> }} options
 * @returns {Promise<number>} turbo's exit code
 */
export const runTurbo = (root, { kind, rooms, env }) =>
  new Promise((resolve) => {
    const filters = rooms.map(({ packageName }) => `--filter=${packageName}`);
    // Integration and end-to-end tests share one broker and one database, so one room at a time.
    const [concurrency, logs] = kind === 'unit' ? [availableParallelism(), QUIET_LOGS] : [1, RUNNING_LOGS];
    const argv = ['run', SCRIPTS[kind], ...filters, `--concurrency=${concurrency}`, '--continue=always', ...logs];
    const turbo = spawn(runtimeNode(), [join(root, 'node_modules/.bin/turbo'), ...argv], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...env, TURBO_TELEMETRY_DISABLED: '1', TURBO_NO_UPDATE_NOTIFIER: '1' },
    });
    const passOn = (/** @type {NodeJS.Signals} */ signal) => turbo.kill(signal);
    process.on('SIGTERM', passOn);
    turbo.on('error', () => resolve(1));
    turbo.on('exit', (code) => {
      process.off('SIGTERM', passOn);
      resolve(code ?? 1);
    });
  });
