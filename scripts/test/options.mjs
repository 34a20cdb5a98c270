import { parseArgs } from 'node:util';

const USAGE = `npm test [-- [--check] [--unit] [--int] [--e2e] [--chaos] [room …]]

Without flags: all checks, then the unit, integration and end-to-end tests of every room, on a real Kafka and PostgreSQL, then the
fault runs (\`npm run chaos\`, profile smoke), each on a stack of its own.
With flags: only the phases that are named. With rooms (contracts, messaging, results …): only theirs, without checks and fault runs.
KAFKA_BROKERS and DATABASE_URL, where they are set, are used instead of starting a stack; fault runs have their own all the same.
The last line is always \`N passed, N failed\`, with \`, N skipped\` if there are any.`;

/** The phases of a whole run, in their order. */
export const PHASES = /** @type {const} */ (['check', 'unit', 'int', 'e2e', 'chaos']);

/** @typedef {(typeof PHASES)[number]} Phase */

/** What cannot be done for one room alone. @type {ReadonlySet<Phase>} */
const OF_NO_ROOM = new Set(['check', 'chaos']);

/**
 * @param {string[]} argv
 * @param {readonly string[]} roomNames
 * @returns {{ phases: Phase[], rooms: string[] } | { problem: string } | { usage: string }}
 */
export const readOptions = (argv, roomNames) => {
  const flags = Object.fromEntries(
    [...PHASES, 'help'].map((name) => [name, { type: /** @type {const} */ ('boolean') }]),
  );
  try {
    const { values, positionals } = parseArgs({ args: argv, options: flags, allowPositionals: true });
    if (values['help']) return { usage: USAGE };
    const unknown = positionals.filter((name) => !roomNames.includes(name));
    if (unknown.length > 0) {
      return { problem: `There is no room named ${unknown.join(', ')}; the rooms are ${roomNames.join(', ')}.` };
    }
    const named = PHASES.filter((phase) => values[phase]);
    const whole = PHASES.filter((phase) => positionals.length === 0 || !OF_NO_ROOM.has(phase));
    return { phases: named.length > 0 ? named : whole, rooms: positionals };
  } catch (error) {
    return { problem: `${/** @type {Error} */ (error).message}\n\n${USAGE}` };
  }
};
