import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { runtimeNode } from '../tooling/runtime-node.mjs';
import { swallowedFlagsMessage } from './npm-flags.mjs';

const SIGNALS = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

/** @param {string} message */
const refuse = (message) => {
  process.stderr.write(`${message}\n`);
  process.exitCode = 2;
};

/** Under another Node than the installed one, the app is a child that gets our signals and whose end is our end. @param {string} entry */
const runAsChild = (entry) => {
  const child = spawn(runtimeNode(), [entry, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of SIGNALS) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => refuse(`Could not start ${runtimeNode()}: ${error.message}`));
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + constants.signals[signal ?? 'SIGTERM'];
  });
};

/**
 * Runs the main file of an app in this process, or under the installed Node if this process is another.
 *
 * @param {string} app folder under apps/
 * @param {{ script: string, flags: readonly string[] }} options the npm script and its long flags
 */
export const startApp = async (app, { script, flags }) => {
  const entry = fileURLToPath(new URL(`../apps/${app}/dist/main.js`, import.meta.url));
  const swallowed = process.env.npm_lifecycle_event === script && swallowedFlagsMessage(script, flags, process.env);
  if (swallowed) return refuse(swallowed);
  if (!existsSync(entry)) return refuse(`${entry} is not there yet: run \`node scripts/setup.mjs\` first.`);
  const major = Number(process.versions.node.split('.')[0]);
  return major >= 24 ? import(pathToFileURL(entry).href) : runAsChild(entry);
};
