import { sumOf, tableOf, tallyOfRoom, tallyOfStep, totalLine } from './tally.mjs';

/** @param {Partial<import('./tally.mjs').JestResult>} [changes] */
const aResult = (changes = {}) => ({
  numPassedTests: 0,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  numRuntimeErrorTestSuites: 0,
  ...changes,
});

describe('the total of all tests', () => {
  it('counts a room that left no result as one failure', () => {
    expect(tallyOfRoom(undefined)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });

  it('counts a file that could not be loaded as one failure beside the failed cases', () => {
    expect(tallyOfRoom(aResult({ numPassedTests: 4, numFailedTests: 2, numRuntimeErrorTestSuites: 1 }))).toEqual({
      passed: 4,
      failed: 3,
      skipped: 0,
    });
  });

  it('counts skipped and todo cases as skipped', () => {
    expect(tallyOfRoom(aResult({ numPendingTests: 2, numTodoTests: 3 })).skipped).toBe(5);
  });

  it('adds up rooms and steps', () => {
    const rooms = [aResult({ numPassedTests: 3 }), aResult({ numPassedTests: 2, numFailedTests: 1 })].map(tallyOfRoom);
    expect(sumOf([...rooms, tallyOfStep(true), tallyOfStep(false)])).toEqual({ passed: 6, failed: 2, skipped: 0 });
  });

  it('is nothing when nothing ran', () => {
    expect(sumOf([])).toEqual({ passed: 0, failed: 0, skipped: 0 });
  });

  it.each([
    [{ passed: 12, failed: 0, skipped: 0 }, '12 passed, 0 failed'],
    [{ passed: 12, failed: 3, skipped: 1 }, '12 passed, 3 failed, 1 skipped'],
  ])('is said in one line: %j', (tally, line) => {
    expect(totalLine(tally)).toBe(line);
  });
});

describe('the table of rooms', () => {
  it('leaves out rooms without tests and keeps those that only failed', () => {
    const rows = [
      { phase: 'unit', room: 'contracts', tally: { passed: 7, failed: 0, skipped: 0 } },
      { phase: 'unit', room: 'demo', tally: { passed: 0, failed: 0, skipped: 0 } },
      { phase: 'int', room: 'results', tally: { passed: 0, failed: 1, skipped: 0 } },
    ];
    expect(tableOf(rows)).toEqual([
      'phase room       passed  failed skipped',
      'unit  contracts       7       0       0',
      'int   results         0       1       0',
    ]);
  });
});
