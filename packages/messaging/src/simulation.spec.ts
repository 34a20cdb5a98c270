import fc from 'fast-check';
import { plans } from '../test/simulation/plan.js';
import { numRuns, seed } from '../test/simulation/settings.js';
import { SimWorld } from '../test/simulation/sim-world.js';

/** Generous: long forms run for minutes. */
const TIMEOUT_MS = 30_000 + numRuns * 500;

describe('the delivery of records, with everything happening in any order', () => {
  it(
    'loses nothing, decides nothing twice, keeps the order of each key, and commits nothing that is not done',
    async () => {
      const property = fc.asyncProperty(plans, fc.scheduler(), async (plan, scheduler) => {
        await new SimWorld(plan, scheduler).run();
      });
      await fc.assert(property, { numRuns, ...seed });
    },
    TIMEOUT_MS,
  );
});
