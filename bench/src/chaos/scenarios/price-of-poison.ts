import { priceOfPoison } from '../demands/price-of-poison.js';
import type { Scenario } from '../scenario.js';

/** Ten seconds at the rate of the load. */
const BLOCK_FLIGHTS = 2_000;

export const priceOfPoisonScenario: Scenario = {
  name: 'price-of-poison',
  what: 'one in a hundred is poison for ten seconds, none for ten seconds, in turns: good events must not take a fifth longer for it',
  load: { poisonShare: 0.01, poisonBlockFlights: BLOCK_FLIGHTS },
  // Latencies of a test's machine say nothing.
  seconds: { smoke: null, full: 260 },
  faults: () => [],
  expectations: { resumedWithinMs: { smoke: 120_000, full: 15_000 }, demands: [priceOfPoison] },
  catches: [],
};
