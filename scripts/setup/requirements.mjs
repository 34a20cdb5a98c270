/** What a machine must bring before set-up fetches anything, and how a person gets what is missing. */

/**
 * @typedef {object} Machine what was found; a version is undefined where the program is not there
 * @property {string} platform as `process.platform` says
 * @property {string} arch as `process.arch` says
 * @property {string | undefined} node
 * @property {string | undefined} npm
 * @property {string | undefined} java
 * @property {string | undefined} maven
 * @property {boolean} musl a Linux whose C library is not glibc
 */

/**
 * @typedef {object} Requirement
 * @property {'node' | 'npm' | 'java' | 'maven'} key
 * @property {string} name
 * @property {string} minimum
 * @property {string} purpose
 */

const NODE_PACKAGES = ['linux-x64', 'linux-arm64', 'darwin-x64'];

/** @type {Requirement[]} */
const REQUIREMENTS = [
  { key: 'node', name: 'Node', minimum: '20', purpose: 'runs set-up; the services bring their own' },
  { key: 'npm', name: 'npm', minimum: '10', purpose: 'installs the packages' },
  { key: 'java', name: 'Java', minimum: '17', purpose: 'runs Apache Kafka' },
  { key: 'maven', name: 'Maven', minimum: '3.6', purpose: 'fetches Apache Kafka' },
];

const WAYS_TO_GET = {
  node: ['https://nodejs.org/en/download', 'sudo dnf install nodejs', 'brew install node'],
  npm: ['npm install --global npm@11', 'npm install --global npm@11', 'npm install --global npm@11'],
  java: [
    'sudo apt-get install default-jre-headless   (Ubuntu 22.04: openjdk-17-jre-headless)',
    'sudo dnf install java-latest-openjdk-headless',
    'brew install --cask temurin',
  ],
  maven: ['sudo apt-get install maven', 'sudo dnf install maven', 'brew install maven'],
};
const SYSTEMS = ['Debian, Ubuntu', 'Fedora', 'macOS'];

/**
 * @param {string} version such as `17.0.15`, `1.8.0_392` or `v24.1.0`
 * @returns {number[]} its numbers, most significant first; Java's old `1.8` counts as 8
 */
const versionNumbers = (version) => {
  const numbers = (version.match(/\d+/g) ?? []).map(Number);
  return numbers[0] === 1 && numbers.length > 1 ? numbers.slice(1) : numbers;
};

/**
 * @param {string} version
 * @param {string} minimum
 */
export const isAtLeast = (version, minimum) => {
  const got = versionNumbers(version);
  for (const [place, wanted] of versionNumbers(minimum).entries()) {
    const number = got[place] ?? 0;
    if (number !== wanted) return number > wanted;
  }
  return true;
};

/**
 * Why this kind of machine cannot run Pitwall at all, or undefined if it can.
 *
 * @param {Pick<Machine, 'platform' | 'arch' | 'musl'>} machine
 */
export const platformProblem = ({ platform, arch, musl }) => {
  if (platform === 'win32') {
    return 'Pitwall runs on Linux and macOS. On Windows run it inside WSL2 (`wsl --install`), from a folder of the Linux side.';
  }
  if (musl) {
    return 'This Linux has the musl C library (Alpine and others); the binaries of Node, PostgreSQL and ONNX Runtime need glibc. Use Debian, Ubuntu or Fedora.';
  }
  if (![...NODE_PACKAGES, 'darwin-arm64'].includes(`${platform}-${arch}`)) {
    return `There are no binaries of PostgreSQL and Node for ${platform}-${arch}; expected one of ${NODE_PACKAGES.join(', ')}, darwin-arm64.`;
  }
  return undefined;
};

/** @param {Machine} machine @returns {Requirement[]} with the minimum that holds on this machine */
const requirementsOf = ({ platform, arch }) =>
  REQUIREMENTS.map((requirement) =>
    requirement.key === 'node' && !NODE_PACKAGES.includes(`${platform}-${arch}`)
      ? {
          ...requirement,
          minimum: '24.11',
          purpose: `runs the services: there is no packaged Node for ${platform}-${arch}`,
        }
      : requirement,
  );

/** @param {Machine} machine @returns {Requirement[]} */
const unmet = (machine) =>
  requirementsOf(machine).filter(({ key, minimum }) => {
    const version = machine[key];
    return version === undefined || !isAtLeast(version, minimum);
  });

/**
 * One message that names all that is missing and how to get it, or undefined if nothing is.
 *
 * @param {Machine} machine
 */
export const requirementsMessage = (machine) => {
  const problem = platformProblem(machine);
  if (problem !== undefined) return problem;
  const missing = unmet(machine);
  if (missing.length === 0) return undefined;
  const lines = missing.map(
    ({ key, name, minimum, purpose }) =>
      `  ${`${name} ${minimum} or newer`.padEnd(22)} ${purpose} (found: ${machine[key] ?? 'none'})`,
  );
  const ways = SYSTEMS.flatMap((system, place) => [
    `  ${system}:`,
    ...missing.map(({ key }) => `    ${WAYS_TO_GET[key][place]}`),
  ]);
  return [
    'Pitwall needs what this machine does not have:',
    '',
    ...lines,
    '',
    'How to get it:',
    ...ways,
    '',
    'Then run the same command again. Nothing has been fetched so far.',
  ].join('\n');
};
