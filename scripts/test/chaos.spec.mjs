import { rowsOfChaos } from './chaos.mjs';

const PASSED = { passed: 1, failed: 0, skipped: 0 };
const FAILED = { passed: 0, failed: 1, skipped: 0 };
const held = { scenario: 'zombies', violations: [] };
const broken = { scenario: 'redrive', violations: ['L1: 3 records are lost'] };

describe('the rows of the fault runs', () => {
  it('are one per scenario, failed where something does not hold', () => {
    expect(rowsOfChaos({ outcomes: [held, broken] }, 1)).toEqual([
      { phase: 'chaos', room: 'zombies', tally: PASSED },
      { phase: 'chaos', room: 'redrive', tally: FAILED },
    ]);
    expect(rowsOfChaos({ outcomes: [held] }, 0)).toEqual([{ phase: 'chaos', room: 'zombies', tally: PASSED }]);
  });

  it('hold a failure where a run ended without a report, or without a scenario', () => {
    const failure = { phase: 'chaos', room: 'fault runs', tally: FAILED };
    expect(rowsOfChaos(undefined, 1)).toEqual([failure]);
    expect(rowsOfChaos(undefined, 0)).toEqual([failure]);
    expect(rowsOfChaos({ outcomes: [] }, 0)).toEqual([failure]);
  });

  it('hold a failure where a run failed though all scenarios held', () => {
    expect(rowsOfChaos({ outcomes: [held] }, 1).map(({ tally }) => tally)).toEqual([PASSED, FAILED]);
  });
});
