/** Adds up what the tests of all rooms said. */

/**
 * @typedef {object} Tally
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 */

/**
 * @typedef {object} JestResult the part of jest's result file that counts
 * @property {number} numPassedTests
 * @property {number} numFailedTests
 * @property {number} numPendingTests
 * @property {number} numTodoTests
 * @property {number} numRuntimeErrorTestSuites files that failed before their first case
 */

/**
 * @typedef {object} Row one line of the table
 * @property {string} room
 * @property {string} phase
 * @property {Tally} tally
 */

/**
 * @param {JestResult | undefined} result undefined where a room left none: it crashed, which counts as one failure
 * @returns {Tally}
 */
export const tallyOfRoom = (result) =>
  result === undefined
    ? { passed: 0, failed: 1, skipped: 0 }
    : {
        passed: result.numPassedTests,
        failed: result.numFailedTests + result.numRuntimeErrorTestSuites,
        skipped: result.numPendingTests + result.numTodoTests,
      };

/** @param {boolean} passed @returns {Tally} a step that either works or does not, counted as one test */
export const tallyOfStep = (passed) => ({ passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0 });

/** @param {readonly Tally[]} tallies @returns {Tally} */
export const sumOf = (tallies) =>
  tallies.reduce(
    (sum, { passed, failed, skipped }) => ({
      passed: sum.passed + passed,
      failed: sum.failed + failed,
      skipped: sum.skipped + skipped,
    }),
    { passed: 0, failed: 0, skipped: 0 },
  );

/** @param {Tally} tally @returns {string} the last line of `npm test`, which machines read */
export const totalLine = ({ passed, failed, skipped }) =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;

/** @param {readonly Row[]} rows @returns {string[]} lines; rooms without a single test are left out */
export const tableOf = (rows) => {
  const counted = rows.filter(({ tally: { passed, failed, skipped } }) => passed + failed + skipped > 0);
  const width = Math.max(4, ...counted.map(({ room }) => room.length));
  const line = (/** @type {[string, string, ...(string | number)[]]} */ [phase, room, ...counts]) =>
    [phase.padEnd(6), room.padEnd(width), ...counts.map((count) => String(count).padStart(8))].join('');
  return [
    line(['phase', 'room', 'passed', 'failed', 'skipped']),
    ...counted.map(({ phase, room, tally }) => line([phase, room, tally.passed, tally.failed, tally.skipped])),
  ];
};
