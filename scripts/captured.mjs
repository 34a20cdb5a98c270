import { spawn } from 'node:child_process';

// The tools see a pipe and a build server's variables; whether anyone reads colours is known only here.
const colours = process.stdout.isTTY ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' };

/**
 * Runs a command and keeps all that it prints, both streams in the order in which they came.
 *
 * @param {readonly string[]} command the program and its arguments
 * @param {string} cwd
 * @returns {Promise<{ passed: boolean, output: string }>} a program that cannot be started has not passed
 */
export const captured = ([program = '', ...argv], cwd) =>
  new Promise((resolve) => {
    /** @type {Buffer[]} */
    const chunks = [];
    const child = spawn(program, argv, { cwd, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...colours } });
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.on('data', (chunk) => chunks.push(chunk));
    child.on('error', (error) => resolve({ passed: false, output: `${program}: ${error.message}` }));
    child.on('close', (code) => resolve({ passed: code === 0, output: Buffer.concat(chunks).toString('utf8') }));
  });
