import type { Scenario } from '../scenario.js';

export const twins: Scenario = {
  name: 'twins',
  what: 'ids used for two aircraft at the same moment, so on two partitions: one wins, wherever they meet',
  load: { rate: 400, twinShare: 0.4 },
  seconds: { smoke: 8, full: 120 },
  instances: { results: 2 },
  isTraced: true,
  faults: () => [],
  expectations: { resumedWithinMs: { smoke: 120_000, full: 15_000 } },
  catches: ['read_back_in_same_statement'],
};
