/** `npm run simulate`: the pure parts of the event path, with everything happening in any order. See `-- --help`. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { runtimeNode } from '../tooling/runtime-node.mjs';
import { swallowedFlagsMessage } from './npm-flags.mjs';
import { readOptions } from './simulate/options.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Rooms with a `simulation.spec.ts`. */
const ROOMS = ['packages/messaging', 'apps/results'];

/** @param {{ seeds: number, firstSeed: number }} options @param {string} room */
const simulate = ({ seeds, firstSeed }, room) => {
  const { status } = spawnSync(runtimeNode(), [`${root}tooling/jest-room.mjs`, 'unit', 'src/simulation.spec.ts'], {
    cwd: `${root}${room}`,
    stdio: 'inherit',
    env: { ...process.env, PITWALL_SIMULATION_SEEDS: String(seeds), PITWALL_SIMULATION_SEED: String(firstSeed) },
  });
  return status ?? 1;
};

/** @returns {number} exit code */
const main = () => {
  const swallowed = swallowedFlagsMessage('simulate', ['seeds', 'seed'], process.env);
  const options = swallowed === undefined ? readOptions(process.argv.slice(2)) : { problem: swallowed };
  if ('usage' in options) {
    console.log(options.usage);
    return 0;
  }
  if ('problem' in options) {
    console.error(options.problem);
    return 2;
  }
  const statuses = ROOMS.map((room) => simulate(options, room));
  if (statuses.some((status) => status > 1)) return Math.max(...statuses);
  return statuses.some((status) => status === 1) ? 1 : 0;
};

process.exitCode = main();
