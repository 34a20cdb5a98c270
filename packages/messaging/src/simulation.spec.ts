import { jest } from '@jest/globals';
import { armFailpoints, type PlantedBug } from '@pitwall/failpoints';
import { brokenLaw, seedCount, simulate, timeoutMs } from '@pitwall/simulation';
import { delivery } from '../test/simulation/delivery.js';
import type { DatabaseFaults } from '../test/simulation/sim-database.js';
import { Breaker } from './delivery/breaker.js';
import { OffsetTracker } from './delivery/offset-tracker.js';
import { ParkingLot } from './delivery/parking-lot.js';

const SEEDS = seedCount(150);
/** Within so many seeds a fault has to be found. */
const PATIENCE = 300;

const plant = (bug: PlantedBug) => () => armFailpoints({ failpoints: [], planted: [bug], logFile: null });
const nothing = (): void => undefined;

describe('the delivery of records, with everything happening in any order', () => {
  it(
    'loses nothing, decides nothing twice, keeps the order of each key, and commits nothing that is not done',
    async () => {
      await expect(simulate(delivery(), SEEDS)).resolves.toBeUndefined();
    },
    timeoutMs(SEEDS),
  );

  describe('breaks a law where it', () => {
    afterEach(() => {
      jest.restoreAllMocks();
      armFailpoints({ failpoints: [], planted: [], logFile: null });
    });

    it.each<[string, RegExp, () => unknown, DatabaseFaults]>([
      ['commits offsets before it writes', /is committed, but/, plant('commit_before_write'), {}],
      [
        'takes an outage for the fault of records',
        /storage_refused|the database knows only/,
        plant('dead_letters_during_outage'),
        {},
      ],
      [
        'forgets which records are not done',
        /is committed, but/,
        () => jest.spyOn(OffsetTracker.prototype, 'leaveOpen').mockReturnValue(undefined),
        {},
      ],
      [
        'lets records of a key pass one that failed',
        /is out of order|ended as nothing/,
        () => jest.spyOn(ParkingLot.prototype, 'holds').mockReturnValue(false),
        {},
      ],
      [
        'gives up at the first failure',
        /ended as policy_failed, expected published/,
        () => jest.spyOn(ParkingLot.prototype, 'failed').mockReturnValue(true),
        {},
      ],
      [
        'has no breaker',
        /\(fine\) ended as .*policy_failed/,
        () => jest.spyOn(Breaker.prototype, 'isOpen', 'get').mockReturnValue(false),
        {},
      ],
      ['decides an identity as often as it comes', /was decided \d+ times/, nothing, { hasNoUniqueIndex: true }],
      ['decides anew what comes again', /was published as .* and/, nothing, { decidesAnew: true }],
      ['lets a consumer write that was overtaken', /overtaken/, nothing, { ignoresEpochs: true }],
    ])(
      '%s',
      async (_, law, sabotage, faults) => {
        sabotage();
        expect(await brokenLaw(delivery(faults), PATIENCE)).toMatch(law);
      },
      timeoutMs(PATIENCE),
    );
  });
});
