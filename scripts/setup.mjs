/**
 * Makes a fresh clone ready to run: `node scripts/setup.mjs [--no-compile]`. npm runs it before start, test, check and build.
 *
 * It has no dependency and runs under Node 20, since it comes before everything else. All it prints goes to stderr: stdout
 * belongs to the command that follows.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SetupError } from './setup/command.mjs';
import { withLock } from './setup/lock.mjs';
import { lookAtMachine } from './setup/machine.mjs';
import { requirementsMessage } from './setup/requirements.mjs';
import { compile, provisioning } from './setup/steps.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const steps = process.argv.includes('--no-compile') ? provisioning : [...provisioning, compile];

const say = (/** @type {string} */ line) => process.stderr.write(`set-up: ${line}\n`);

/** @param {import('./setup/steps.mjs').Step} step */
const runStep = (step) => {
  const startedAt = performance.now();
  step.run(root);
  say(`${step.title} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`);
};

const setUp = async () => {
  const pending = steps.filter((step) => !step.isDone(root));
  if (pending.length === 0) return;
  if (pending.some((step) => step.fetches)) {
    const missing = requirementsMessage(lookAtMachine());
    if (missing !== undefined) throw new SetupError(missing);
    if (!existsSync(`${root}/node_modules`))
      say('the first time fetches the npm packages and Apache Kafka, about a minute');
  }
  await withLock(
    `${root}/.setup.lock`,
    (pid) => say(`waiting for another set-up of this folder (process ${pid})`),
    async () => {
      // Asked again under the lock: the set-up that was waited for has done most of it.
      for (const step of steps) if (!step.isDone(root)) runStep(step);
    },
  );
};

try {
  await setUp();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`\n${error.message}\n\n`);
  process.exitCode = 1;
}
