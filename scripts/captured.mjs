import { spawn } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';

// Some tools write colours into a pipe, on a build server even where NO_COLOR forbids it.
const plain = process.stdout.isTTY ? (/** @type {string} */ text) => text : stripVTControlCharacters;

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
    const child = spawn(program, argv, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.on('data', (chunk) => chunks.push(chunk));
    child.on('error', (error) => resolve({ passed: false, output: `${program}: ${error.message}` }));
    child.on('close', (code) => resolve({ passed: code === 0, output: plain(Buffer.concat(chunks).toString('utf8')) }));
  });
