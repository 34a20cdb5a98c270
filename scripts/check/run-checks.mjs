import { join } from 'node:path';
import { runtimeNode } from '../../tooling/runtime-node.mjs';
import { captured } from '../captured.mjs';
import { checkSteps } from './steps.mjs';

/** @param {import('./steps.mjs').CheckStep} step @param {string} root */
const runStep = async ({ name, commands, hint }, root) => {
  const startedAt = performance.now();
  for (const command of commands) {
    const { passed, output } = await captured(command, root);
    if (!passed)
      return { name, passed, seconds: (performance.now() - startedAt) / 1000, output: `${output.trim()}\n${hint}` };
  }
  return { name, passed: true, seconds: (performance.now() - startedAt) / 1000, output: '' };
};

/**
 * Runs all checks, prints one line for each as it ends, and then in full what the failed ones said.
 *
 * @param {string} root
 * @returns {Promise<{ name: string, passed: boolean }[]>}
 */
export const runChecks = async (root) => {
  // Lint and the rules on imports see the types of other rooms in dist. What does not compile is told by the step of types.
  await captured([runtimeNode(), join(root, 'node_modules/.bin/tsc'), '-b'], root);
  const results = await Promise.all(
    checkSteps(root).map(async (step) => {
      const result = await runStep(step, root);
      console.log(
        `check: ${result.name.padEnd(8)} ${result.passed ? 'ok    ' : 'FAILED'} ${result.seconds.toFixed(1)} s`,
      );
      return result;
    }),
  );
  for (const { name, passed, output } of results) if (!passed) console.log(`\n--- ${name} ---\n${output}`);
  return results;
};
