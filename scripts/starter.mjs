import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { runtimeNode } from '../tooling/runtime-node.mjs';
import { swallowedFlagsMessage } from './npm-flags.mjs';

/**
 * Ctrl-C in a terminal reaches every process of the command, the app too: handed on, it would arrive twice there, and twice
 * means "at once". Without a terminal it reaches only this process.
 */
const hasTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
const SIGNALS = /** @type {NodeJS.Signals[]} */ (hasTerminal ? ['SIGTERM', 'SIGHUP'] : ['SIGINT', 'SIGTERM', 'SIGHUP']);
const LOOK_EVERY_MS = 500;

/** @param {string} message */
const refuse = (message) => {
  process.stderr.write(`${message}\n`);
  process.exitCode = 2;
};

/** @param {number} pid */
const isRunning = (pid) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/**
 * npm runs a script by way of a shell, and when npm is killed, both shell and script stay. The app watches its parents, but
 * behind this process it cannot see as far as npm.
 *
 * @param {() => void} stop
 */
const watchNpm = (stop) => {
  if (process.env.npm_lifecycle_event === undefined) return;
  const npm = Number(execFileSync('ps', ['-o', 'ppid=', '-p', String(process.ppid)], { encoding: 'utf8' }));
  const timer = setInterval(() => {
    if (isRunning(npm)) return;
    clearInterval(timer);
    stop();
  }, LOOK_EVERY_MS);
  timer.unref();
};

/** Under another Node than the installed one, the app is a child that gets our signals and whose end is our end. @param {string} entry */
const runAsChild = (entry) => {
  const child = spawn(runtimeNode(), [entry, ...process.argv.slice(2)], { stdio: 'inherit' });
  if (hasTerminal) process.on('SIGINT', () => undefined);
  watchNpm(() => child.kill('SIGTERM'));
  for (const signal of SIGNALS) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => refuse(`Could not start ${runtimeNode()}: ${error.message}`));
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + constants.signals[signal ?? 'SIGTERM'];
  });
};

/**
 * Runs a built program in this process, or under the installed Node if this process is another.
 *
 * @param {string} program its main file, from the root of the clone
 * @param {{ script: string, flags: readonly string[] }} options the npm script and its long flags
 */
export const startProgram = async (program, { script, flags }) => {
  const entry = fileURLToPath(new URL(`../${program}`, import.meta.url));
  const swallowed = process.env.npm_lifecycle_event === script && swallowedFlagsMessage(script, flags, process.env);
  if (swallowed) return refuse(swallowed);
  if (!existsSync(entry)) return refuse(`${entry} is not there yet: run \`node scripts/setup.mjs\` first.`);
  const major = Number(process.versions.node.split('.')[0]);
  return major >= 24 ? import(pathToFileURL(entry).href) : runAsChild(entry);
};
