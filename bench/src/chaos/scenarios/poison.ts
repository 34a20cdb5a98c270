import type { Scenario } from '../scenario.js';

export const poison: Scenario = {
  name: 'poison',
  what: 'one event in a hundred is followed by one of fourteen kinds of poison: each is refused once, for its reason',
  load: { poisonShare: 0.01 },
  seconds: { smoke: 8, full: 120 },
  isTraced: true,
  faults: () => [],
  expectations: { resumedWithinMs: { smoke: 120_000, full: 15_000 } },
  catches: [],
};
