import { jest } from '@jest/globals';
import { armFailpoints } from '@pitwall/failpoints';
import { brokenLaw, seedCount, simulate, timeoutMs } from '@pitwall/simulation';
import { redrive } from '../test/simulation/redrive.js';
import type { Sabotage } from '../test/simulation/sim-results.js';

const SEEDS = seedCount(150);
/** Within so many seeds a fault has to be found. */
const PATIENCE = 300;

const nothing = (): void => undefined;

describe('a redrive, with everything happening in any order', () => {
  it(
    'takes effect once: every dead letter comes to an end, every identity is decided once, all copies are the same',
    async () => {
      await expect(simulate(redrive(), SEEDS)).resolves.toBeUndefined();
    },
    timeoutMs(SEEDS),
  );

  describe('breaks a law where', () => {
    afterEach(() => {
      jest.restoreAllMocks();
      armFailpoints({ failpoints: [], planted: [], logFile: null });
    });

    it.each<[string, RegExp, () => unknown, Sabotage]>([
      ['records are noted as sent before they are', /is open|not decided/, nothing, { notesBeforeSending: true }],
      ['a send that was begun is not begun again', /is open|not decided/, nothing, { forgetsBegunSends: true }],
      ['decisions have no unique index', /were decided \d+ times/, nothing, { hasNoUniqueIndex: true }],
      [
        'what comes again is decided anew',
        /copies of the result .* differ/,
        () => armFailpoints({ failpoints: [], planted: ['redecide_on_redelivery'], logFile: null }),
        {},
      ],
    ])(
      '%s',
      async (_, law, plant, sabotage) => {
        plant();
        expect(await brokenLaw(redrive(sabotage), PATIENCE)).toMatch(law);
      },
      timeoutMs(PATIENCE),
    );
  });
});
