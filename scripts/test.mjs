/** `npm test`: everything that says whether Pitwall works, added up in one last line. See `npm test -- --help`. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { runtimeNode } from '../tooling/runtime-node.mjs';
import { runChecks } from './check/run-checks.mjs';
import { swallowedFlagsMessage } from './npm-flags.mjs';
import { runChaos } from './test/chaos.mjs';
import { PHASES, readOptions } from './test/options.mjs';
import { forgetResult, hasTests, resultOf, roomsOf } from './test/rooms.mjs';
import { startSharedStack } from './test/stack.mjs';
import { sumOf, tableOf, tallyOfRoom, tallyOfStep, totalLine } from './test/tally.mjs';
import { runTurbo, SCRIPTS } from './test/turbo.mjs';

/** @typedef {import('./test/tally.mjs').Row} Row */

const root = fileURLToPath(new URL('..', import.meta.url));

// Ctrl-C reaches every child through the terminal; this process stays to see them end, and then runs no further phase.
let isInterrupted = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    isInterrupted = true;
  });
}

const announce = (/** @type {string} */ title) => console.log(`\n== ${title}`);

/** @param {string} phase @param {string} room @param {boolean} passed @returns {Row} */
const stepRow = (phase, room, passed) => ({ phase, room, tally: tallyOfStep(passed) });

/** @returns {Promise<Row[]>} */
const check = async () => {
  announce('check');
  const results = await runChecks(root);
  return results.map(({ name, passed }) => stepRow('check', name, passed));
};

/** @returns {Row[]} */
const build = () => {
  announce('build');
  const { status } = spawnSync(runtimeNode(), ['scripts/setup.mjs'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return [stepRow('build', 'all', status === 0)];
};

/**
 * @param {keyof typeof SCRIPTS} kind
 * @param {{ rooms: readonly import('./test/rooms.mjs').Room[], env?: Record<string, string> }} options
 * @returns {Promise<Row[]>}
 */
const testRooms = async (kind, { rooms, env = {} }) => {
  const having = rooms.filter((room) => hasTests(room, kind));
  if (having.length === 0) return [];
  announce(`${kind} tests`);
  for (const room of having) forgetResult(room, kind);
  const exitCode = await runTurbo(root, { kind, rooms: having, env });
  const rows = having.map((room) => ({ phase: kind, room: room.name, tally: tallyOfRoom(resultOf(room, kind)) }));
  // A room can pass every case and still fail as a whole, by an error after its last one.
  const isUnexplained = exitCode !== 0 && sumOf(rows.map(({ tally }) => tally)).failed === 0;
  return isUnexplained ? [...rows, stepRow(kind, `turbo run ${SCRIPTS[kind]}`, false)] : rows;
};

/**
 * Integration and end-to-end tests, on one stack.
 *
 * @param {('int' | 'e2e')[]} kinds
 * @param {readonly import('./test/rooms.mjs').Room[]} rooms
 * @returns {Promise<Row[]>}
 */
const testOnStack = async (kinds, rooms) => {
  if (!kinds.some((kind) => rooms.some((room) => hasTests(room, kind)))) return [];
  announce('stack');
  const stack = await startSharedStack().catch((/** @type {unknown} */ error) =>
    console.log(`stack: ${String(error)}`),
  );
  if (!stack) return [stepRow('stack', 'start', false)];
  /** @type {Row[]} */
  const rows = [];
  try {
    for (const kind of kinds) if (!isInterrupted) rows.push(...(await testRooms(kind, { rooms, env: stack.env })));
  } finally {
    await stack.stop();
  }
  return rows;
};

/** @returns {Promise<Row[]>} */
const chaos = () => {
  announce('fault runs');
  return runChaos(root);
};

/** @param {{ phases: import('./test/options.mjs').Phase[], rooms: string[] }} options */
const runPhases = async ({ phases, rooms: names }) => {
  const rooms = roomsOf(root).filter(({ name }) => names.length === 0 || names.includes(name));
  const onStack = phases.filter((phase) => phase === 'int' || phase === 'e2e');
  /** @type {[boolean, () => Promise<Row[]> | Row[]][]} */
  const plan = [
    [onStack.length > 0 || phases.includes('chaos'), build],
    [phases.includes('check'), check],
    [phases.includes('unit'), () => testRooms('unit', { rooms })],
    [onStack.length > 0, () => testOnStack(onStack, rooms)],
    [phases.includes('chaos'), chaos],
  ];
  /** @type {Row[]} */
  const rows = [];
  // A failed phase does not keep the later ones from saying what they know.
  for (const [isWanted, run] of plan) if (isWanted && !isInterrupted) rows.push(...(await run()));
  return rows;
};

const main = async () => {
  const options = readOptions(
    process.argv.slice(2),
    roomsOf(root).map(({ name }) => name),
  );
  const problem =
    swallowedFlagsMessage('test', PHASES, process.env) ?? ('problem' in options ? options.problem : undefined);
  if (problem !== undefined) {
    console.error(problem);
    return 2;
  }
  if ('usage' in options) {
    console.log(options.usage);
    return 0;
  }
  if (!('phases' in options)) return 2;
  const rows = await runPhases(options);
  if (isInterrupted) {
    console.error('interrupted');
    return 130;
  }
  const total = sumOf(rows.map(({ tally }) => tally));
  console.log(`\n${tableOf(rows).join('\n')}\n\n${totalLine(total)}`);
  return total.failed === 0 ? 0 : 1;
};

process.exitCode = await main();
