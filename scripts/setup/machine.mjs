/** Looks at the machine: which programs are there, and which version they say they are. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join, sep } from 'node:path';

/**
 * @param {string} name
 * @param {(file: string) => boolean} [accepts]
 * @returns {string | undefined} the first such executable on the PATH
 */
const onPath = (name, accepts = () => true) =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file) && accepts(file));

/**
 * @param {string} command
 * @param {string[]} argv
 * @param {RegExp} pattern its first group is the version
 */
const versionSaidBy = (command, argv, pattern) => {
  const { status, stdout, stderr } = spawnSync(command, argv, { encoding: 'utf8' });
  // macOS has a `java` that only says that there is none, and exits 1.
  return status === 0 ? pattern.exec(`${stdout}\n${stderr}`)?.[1] : undefined;
};

const isPackaged = (/** @type {string} */ file) => file.includes(`${sep}node_modules${sep}`);

/**
 * npm and the Node that runs it. Never the Node in node_modules: the install may replace that one under its own feet.
 *
 * @returns {{ node: string, cli: string, version: string } | undefined} undefined if no npm can be found
 */
export const findNpm = () => {
  const fromNpm = process.env.npm_execpath;
  const link = onPath('npm', (file) => !isPackaged(file));
  const cli = fromNpm?.endsWith('npm-cli.js') ? fromNpm : link && realpathSync(link);
  if (!cli?.endsWith('npm-cli.js')) return undefined;
  const node = [process.env.npm_node_execpath, process.execPath, onPath('node', (file) => !isPackaged(file))].find(
    (file) => file !== undefined && !isPackaged(realpathSync(file)),
  );
  const { version } = JSON.parse(readFileSync(join(dirname(cli), '../package.json'), 'utf8'));
  return { node: node ?? process.execPath, cli, version };
};

/** The Java that Kafka is run with: JAVA_HOME's if that is set, else the one on the PATH. */
const javaCommand = () => (process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin/java') : 'java');

const isMusl = () => {
  if (process.platform !== 'linux') return false;
  const report = /** @type {{ header: { glibcVersionRuntime?: string } }} */ (process.report.getReport());
  return report.header.glibcVersionRuntime === undefined;
};

/** @returns {import('./requirements.mjs').Machine} */
export const lookAtMachine = () => ({
  platform: process.platform,
  arch: process.arch,
  node: process.versions.node,
  npm: findNpm()?.version,
  java: versionSaidBy(javaCommand(), ['-version'], /version "([^"]+)"/),
  maven: versionSaidBy('mvn', ['--version'], /Apache Maven (\S+)/),
  musl: isMusl(),
});
