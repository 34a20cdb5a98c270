import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runtimeNode } from '../../tooling/runtime-node.mjs';
import { tallyOfStep } from './tally.mjs';

/** @typedef {import('./tally.mjs').Row} Row */

/**
 * @typedef {object} ChaosReport the part of what a fault run writes that counts
 * @property {readonly { readonly scenario: string, readonly violations: readonly string[] }[]} outcomes
 */

/**
 * One row per scenario. A run that left no report, or failed without a scenario that did, counts as one failure.
 *
 * @param {ChaosReport | undefined} report
 * @param {number} exitCode
 * @returns {Row[]}
 */
export const rowsOfChaos = (report, exitCode) => {
  const rows = (report?.outcomes ?? []).map(({ scenario, violations }) => ({
    phase: 'chaos',
    room: scenario,
    tally: tallyOfStep(violations.length === 0),
  }));
  const isExplained = rows.length > 0 && (exitCode === 0 || rows.some(({ tally }) => tally.failed > 0));
  return isExplained ? rows : [...rows, { phase: 'chaos', room: 'fault runs', tally: tallyOfStep(false) }];
};

/**
 * Runs the fault runs of the smoke profile, each on a stack of its own. What fails says why and where its logs are.
 *
 * @param {string} root
 * @returns {Promise<Row[]>}
 */
export const runChaos = (root) =>
  new Promise((resolve) => {
    const folder = mkdtempSync(join(tmpdir(), 'pitwall-test-chaos-'));
    const file = join(folder, 'report.json');
    const argv = [join(root, 'bench/dist/chaos/main.js'), '--profile', 'smoke', '--json', file];
    const run = spawn(runtimeNode(), argv, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
    const passOn = (/** @type {NodeJS.Signals} */ signal) => run.kill(signal);
    process.on('SIGTERM', passOn);
    const end = (/** @type {number} */ exitCode) => {
      process.off('SIGTERM', passOn);
      const report = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
      rmSync(folder, { recursive: true, force: true });
      resolve(rowsOfChaos(report, exitCode));
    };
    run.on('error', () => end(1));
    run.on('exit', (code) => end(code ?? 1));
  });
