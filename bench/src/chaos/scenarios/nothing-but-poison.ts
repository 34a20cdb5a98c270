import { rateHeld } from '../demands/rate-held.js';
import type { Scenario } from '../scenario.js';

export const nothingButPoison: Scenario = {
  name: 'nothing-but-poison',
  what: 'every event is followed by poison: more dead letters than are let through at once, and each is there once in the end',
  load: { rate: 600, poisonShare: 1 },
  seconds: { smoke: null, full: 30 },
  faults: () => [],
  expectations: { resumedWithinMs: { smoke: 120_000, full: 15_000 }, demands: [rateHeld] },
  catches: [],
};
