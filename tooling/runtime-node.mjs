import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const installed = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url));

/**
 * The Node that the services, the tests and the tools run under: the one that set-up installs beside the packages, so that
 * everyone runs the same release whatever the machine brings. Where there is no such package, the Node of the machine, whose
 * version set-up has checked.
 *
 * @returns {string} path of the executable
 */
export const runtimeNode = () => (existsSync(installed) ? installed : process.execPath);
