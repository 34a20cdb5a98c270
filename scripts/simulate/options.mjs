import { parseArgs } from 'node:util';

const USAGE = `npm run simulate [-- [--seeds N] [--seed S]]

Runs the pure parts of the event path against an in-memory broker and database, N times (10000), from seed S (1) on: each seed
is another plan of records, kills, freezes, outages and redrives, and another order in which things happen. Stops at the
first seed that breaks a law, with the smallest plan and order that do, and says how to run it again.

  --seeds N   how many seeds, 1 to 10000000
  --seed S    the first of them, 0 to 2000000000

Exit code 0: every law holds for every seed; 1: one is broken; 2: the command is wrong.`;

const MAX_SEEDS = 10_000_000;
const MAX_SEED = 2_000_000_000;

/** @param {string} flag @param {string} text @param {{ min: number, max: number }} limits */
const wholeNumber = (flag, text, { min, max }) => {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new Error(`--${flag}: got ${JSON.stringify(text)}, expected a whole number from ${min} to ${max}.`);
};

/**
 * @param {string[]} argv
 * @returns {{ seeds: number, firstSeed: number } | { problem: string } | { usage: string }}
 */
export const readOptions = (argv) => {
  try {
    const { values } = parseArgs({
      args: argv,
      options: {
        seeds: { type: 'string', default: '10000' },
        seed: { type: 'string', default: '1' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) return { usage: USAGE };
    const seeds = wholeNumber('seeds', values.seeds, { min: 1, max: MAX_SEEDS });
    return { seeds, firstSeed: wholeNumber('seed', values.seed, { min: 0, max: MAX_SEED }) };
  } catch (error) {
    return { problem: `${/** @type {Error} */ (error).message}\n\n${USAGE}` };
  }
};
