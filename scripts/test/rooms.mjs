import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';

/**
 * @typedef {object} Room
 * @property {string} name the folder, which is how people say it
 * @property {string} packageName
 * @property {string} path
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
      const { name } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
      return { name: basename(path), packageName: name, path };
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

const FOLDERS_WITHOUT_TESTS = ['node_modules', 'dist', '.jest-results', '.turbo'];

/** @param {string} name @returns {string | undefined} the kind of test that a file of this name holds */
export const kindOfFile = (name) =>
  /(?:\.(int|e2e))?\.spec\.m?[jt]s$/
    .exec(name)
    ?.slice(1)
    .map((kind) => kind ?? 'unit')[0];

/** @param {string} folder @param {string} kind @returns {boolean} */
const holdsTests = (folder, kind) =>
  readdirSync(folder, { withFileTypes: true }).some((entry) =>
    entry.isDirectory()
      ? !FOLDERS_WITHOUT_TESTS.includes(entry.name) && holdsTests(join(folder, entry.name), kind)
      : kindOfFile(entry.name) === kind,
  );

/**
 * Whether a room has tests of a kind. To ask is cheaper than to start jest in a room that has none.
 *
 * @param {Room} room
 * @param {string} kind
 */
export const hasTests = (room, kind) => holdsTests(room.path, kind);
