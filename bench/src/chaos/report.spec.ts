import type { ScenarioOutcome } from './outcome.js';
import { chaosLines, isAsItShould } from './report.js';

const anOutcome = (given: Partial<ScenarioOutcome> = {}): ScenarioOutcome => ({
  scenario: 'kill-each-service',
  profile: 'smoke',
  seed: 3,
  planted: null,
  isWhole: true,
  seconds: 12.3,
  records: 1234,
  decided: 1200,
  duplicates: 4,
  deadLettered: { not_json: 20, id_reused: 10 },
  lost: 0,
  decidedTwice: 0,
  copies: 5,
  outOfOrder: 0,
  windowsWrong: 0,
  refusals: 0,
  kills: 4,
  resumedAfterMs: 7123,
  faults: [],
  remarks: [],
  violations: [],
  timeline: [],
  keptIn: null,
  ...given,
});

describe('the table of fault runs', () => {
  it('has a row for each', () => {
    const [head = '', , row = '', ...rest] = chaosLines([anOutcome()]);
    expect(head).toContain('decided twice');
    expect(row).toMatch(/^kill-each-service +4 +1,234 +1,200 +30 +0 +0 +5 +0 +0 +7\.1 +12\.3 +holds$/);
    expect(rest).toEqual([]);
  });

  it('says what was measured besides', () => {
    expect(chaosLines([anOutcome({ remarks: ['p99 is 9 ms'] })]).at(-1)).toBe('kill-each-service: p99 is 9 ms');
  });

  it('says what does not hold, and how to run it again', () => {
    const lines = chaosLines([anOutcome({ violations: ['L1: 2 records are lost'], keptIn: '/tmp/x' })]);
    expect(lines.join('\n')).toMatch(
      /BROKEN[^]*kill-each-service, seed 3, smoke:\n {2}L1: 2 records are lost\n.*\/tmp\/x/,
    );
  });
});

describe('isAsItShould', () => {
  it.each<[boolean, Partial<ScenarioOutcome>]>([
    [true, {}],
    [false, { violations: ['L1'] }],
    [true, { planted: 'epoch_ignored', violations: ['L6'] }],
    [false, { planted: 'epoch_ignored' }],
    [false, { planted: 'epoch_ignored', violations: ['The run broke: no Kafka'], isWhole: false }],
  ])('is %s of %j', (expected, given) => {
    expect(isAsItShould(anOutcome(given))).toBe(expected);
  });
});
