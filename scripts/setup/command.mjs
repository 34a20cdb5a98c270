import { spawnSync } from 'node:child_process';

/** A step of set-up that did not work; its message says which command, and what to do. */
export class SetupError extends Error {
  /** @override */
  name = 'SetupError';
}

/**
 * Runs a command without showing what it prints, unless it fails.
 *
 * @param {string[]} command the program and its arguments
 * @param {{ cwd: string, advice: string }} options
 * @throws {SetupError} with the command, its output and the advice
 */
export const runQuietly = ([program = '', ...argv], { cwd, advice }) => {
  const { status, signal, error, stdout, stderr } = spawnSync(program, argv, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status === 0) return;
  const how = error?.message ?? (signal ? `ended by ${signal}` : `exit code ${status}`);
  const output = `${stdout ?? ''}${stderr ?? ''}`.trim();
  throw new SetupError(
    [output, `This failed (${how}): ${[program, ...argv].join(' ')}`, advice].filter(Boolean).join('\n'),
  );
};
