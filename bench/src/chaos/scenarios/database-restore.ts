import type { Scenario } from '../scenario.js';

const AGE_MS = { smoke: 5_000, full: 60_000 };
const ROUNDS = { smoke: 1, full: 3 };

export const databaseRestore: Scenario = {
  name: 'database-restore',
  what: 'PostgreSQL set back to what it held a minute ago, and recovered: nothing is lost, nothing is decided otherwise than was published',
  load: { labelShare: 0.1, duplicateShare: 0.02, reusedIdShare: 0.02, poisonShare: 0.01 },
  seconds: { smoke: null, full: 0 },
  faults: (profile) =>
    Array.from({ length: ROUNDS[profile] }).map(() => ({ kind: 'restore-database', ageMs: AGE_MS[profile] }) as const),
  expectations: { resumedWithinMs: { smoke: 120_000, full: 60_000 } },
  catches: [],
};
