import { isAtLeast, platformProblem, requirementsMessage } from './requirements.mjs';

/** @param {Partial<import('./requirements.mjs').Machine>} [changes] */
const aMachine = (changes = {}) => ({
  platform: 'linux',
  arch: 'x64',
  node: '20.20.2',
  npm: '10.8.2',
  java: '17.0.15',
  maven: '3.8.7',
  musl: false,
  ...changes,
});

describe('versions', () => {
  it.each([
    ['17.0.15', '17', true],
    ['21', '17', true],
    ['11.0.2', '17', false],
    ['1.8.0_392', '17', false],
    ['3.8.7', '3.6', true],
    ['3.5.4', '3.6', false],
    ['24.10.9', '24.11', false],
    ['24.11.0', '24.11', true],
    ['24', '24.11', false],
  ])('%s is at least %s: %s', (version, minimum, expected) => {
    expect(isAtLeast(version, minimum)).toBe(expected);
  });
});

describe('what a machine must bring', () => {
  it('is nothing more when all is there', () => {
    expect(requirementsMessage(aMachine())).toBeUndefined();
  });

  it('is said in one message for all that is missing or too old', () => {
    const message = requirementsMessage(aMachine({ java: '11.0.2', maven: undefined, npm: '9.9.4' })) ?? '';
    expect(message).toMatch(/Java 17 or newer .*\(found: 11\.0\.2\)/);
    expect(message).toMatch(/Maven 3\.6 or newer .*\(found: none\)/);
    expect(message).toMatch(/npm 10 or newer .*\(found: 9\.9\.4\)/);
    expect(message).not.toMatch(/Node \d+ or newer/);
    expect(message).toContain('Nothing has been fetched');
  });

  it('comes with the way to get it on each system', () => {
    const message = requirementsMessage(aMachine({ maven: undefined })) ?? '';
    expect(message).toContain('sudo apt-get install maven');
    expect(message).toContain('sudo dnf install maven');
    expect(message).toContain('brew install maven');
    expect(message).not.toContain('openjdk');
  });

  it('is a newer Node on Apple silicon, where none is packaged', () => {
    const apple = { platform: 'darwin', arch: 'arm64' };
    expect(requirementsMessage(aMachine({ ...apple, node: '22.9.0' }))).toMatch(/Node 24\.11 or newer .*darwin-arm64/);
    expect(requirementsMessage(aMachine({ ...apple, node: '24.11.0' }))).toBeUndefined();
  });
});

describe('machines that cannot run it', () => {
  it.each([
    [{ platform: 'win32' }, /WSL2/],
    [{ musl: true }, /glibc/],
    [{ arch: 'riscv64' }, /linux-riscv64; expected one of linux-x64/],
  ])('%j', (changes, reason) => {
    expect(platformProblem(aMachine(changes))).toMatch(reason);
    expect(requirementsMessage(aMachine(changes))).toMatch(reason);
  });
});
