import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runtimeNode } from '../../tooling/runtime-node.mjs';

/**
 * @typedef {object} CheckStep
 * @property {string} name
 * @property {string[][]} commands run one after the other; the first that fails fails the step
 * @property {string} hint what to do about a failure
 */

/**
 * The steps of `npm run check`. They share nothing and run side by side.
 *
 * @param {string} root
 * @returns {CheckStep[]}
 */
export const checkSteps = (root) => {
  const tool = (/** @type {string} */ name, /** @type {string[]} */ ...argv) => [
    runtimeNode(),
    join(root, 'node_modules/.bin', name),
    ...argv,
  ];
  const rooms = ['apps', 'packages', 'e2e', 'bench'].filter((folder) => existsSync(join(root, folder)));
  return [
    { name: 'format', commands: [tool('oxfmt', '--check', '.')], hint: '`npm run format` writes it as it should be.' },
    {
      name: 'lint',
      commands: [tool('oxlint', '--type-aware', '--report-unused-disable-directives', '--deny-warnings', '.')],
      hint: 'The limits and the reasons for them are in STYLE.md.',
    },
    {
      name: 'types',
      commands: [tool('tsc', '-p', 'tsconfig.check.json'), tool('tsc', '-p', 'scripts/tsconfig.json')],
      hint: 'Specs and tests are type-checked too.',
    },
    {
      name: 'imports',
      commands: [tool('depcruise', '--config', '.dependency-cruiser.mjs', '--output-type', 'err-long', ...rooms)],
      hint: 'Which room may import which is said in .dependency-cruiser.mjs.',
    },
    {
      name: 'unused',
      commands: [tool('knip', '--no-config-hints')],
      hint: 'Remove what nothing uses, or the line in package.json; what is used by name only goes into knip.jsonc.',
    },
  ];
};
