/**
 * The one jest configuration of the project. Every room runs it through `jest-room.mjs`; there is no jest.config in any room.
 *
 * Tests read TypeScript sources (the `@pitwall/source` export condition), so no build is needed for unit specs.
 */
import { fileURLToPath } from 'node:url';

const cacheDirectory = fileURLToPath(new URL('../node_modules/.cache/jest', import.meta.url));

/** What each kind of test is: where its files are and how it is run. */
const KINDS = {
  unit: {
    testMatch: ['<rootDir>/src/**/*.spec.ts', '<rootDir>/*.spec.mjs', '<rootDir>/*/*.spec.mjs'],
    testTimeout: 5_000,
    maxWorkers: '25%',
  },
  // One at a time: they share one Kafka and one PostgreSQL, and a small machine.
  int: { testMatch: ['<rootDir>/test/**/*.int.spec.ts'], testTimeout: 60_000, maxWorkers: 1 },
  e2e: { testMatch: ['<rootDir>/test/**/*.e2e.spec.ts'], testTimeout: 120_000, maxWorkers: 1 },
};

/** @typedef {keyof typeof KINDS} Kind */

/** The kinds of tests, in the order in which they are worth running. */
export const kinds = /** @type {Kind[]} */ (Object.keys(KINDS));

// `import` is not in the list: jest adds it for ES modules by itself and must not see it for CommonJS ones.
const testEnvironmentOptions = {
  customExportConditions: ['@pitwall/source', 'node', 'node-addons'],
};

const swc = {
  jsc: {
    target: 'es2024',
    keepClassNames: true,
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
  },
  module: { type: 'es6' },
  sourceMaps: 'inline',
};

/**
 * @param {string} rootDir absolute path of the room
 * @param {Kind} kind
 */
export const preset = (rootDir, kind) => {
  return {
    rootDir,
    cacheDirectory,
    testEnvironment: 'node',
    testEnvironmentOptions,
    extensionsToTreatAsEsm: ['.ts'],
    moduleFileExtensions: ['ts', 'js', 'mjs', 'json', 'node'],
    moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
    modulePathIgnorePatterns: ['<rootDir>/dist/'],
    setupFiles: ['reflect-metadata'],
    transform: { '^.+\\.ts$': ['@swc/jest', swc] },
    errorOnDeprecated: true,
    ...KINDS[kind],
  };
};
