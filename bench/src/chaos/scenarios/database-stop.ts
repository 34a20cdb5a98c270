import type { Scenario } from '../scenario.js';

const ROUNDS = { smoke: 1, full: 10 };

export const databaseStop: Scenario = {
  name: 'database-stop',
  what: 'PostgreSQL stopped in the middle of everything, for ten seconds: some 2,000 events wait, and none is given up',
  load: { labelShare: 0.05, duplicateShare: 0.02 },
  seconds: { smoke: 0, full: 0 },
  isTraced: true,
  faults: (profile) =>
    Array.from({ length: ROUNDS[profile] }).map(() => ({ kind: 'stop-database', downMs: 10_000 }) as const),
  expectations: { resumedWithinMs: { smoke: 120_000, full: 60_000 } },
  catches: ['dead_letters_during_outage'],
};
