import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';

/**
 * @typedef {object} Room
 * @property {string} name the folder, which is how people say it
 * @property {string} packageName
 * @property {string} path
 * @property {Record<string, string>} scripts
 */

/** @param {string} root @param {string} pattern `folder` or `folder/*` @returns {string[]} paths */
const foldersOf = (root, pattern) => {
  if (!pattern.endsWith('/*')) return [join(root, pattern)];
  const parent = join(root, pattern.slice(0, -2));
  return readdirSync(parent).map((name) => join(parent, name));
};

/** @param {string} root @returns {Room[]} every workspace, in the order of package.json */
export const roomsOf = (root) => {
  const { workspaces } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const folders = workspaces.flatMap((/** @type {string} */ pattern) => foldersOf(root, pattern));
  return folders
    .filter((/** @type {string} */ path) => existsSync(join(path, 'package.json')))
    .map((/** @type {string} */ path) => {
      const { name, scripts = {} } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
      return { name: basename(path), packageName: name, path, scripts };
    });
};

const resultFile = (/** @type {Room} */ room, /** @type {string} */ kind) =>
  join(room.path, '.jest-results', `${kind}.json`);

/** So that nothing left from an earlier run is counted. @param {Room} room @param {string} kind */
export const forgetResult = (room, kind) => rmSync(resultFile(room, kind), { force: true });

/** @param {Room} room @param {string} kind @returns {import('./tally.mjs').JestResult | undefined} */
export const resultOf = (room, kind) => {
  const file = resultFile(room, kind);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
};
