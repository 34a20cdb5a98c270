import type { Scenario } from '../scenario.js';

const ROUNDS = { smoke: 1, full: 3 };

export const fullDisk: Scenario = {
  name: 'full-disk',
  what: 'Kafka, PostgreSQL and all logs on a disk that is full for ten seconds: both may end themselves; all goes on when there is room',
  load: { labelShare: 0.05, duplicateShare: 0.02 },
  seconds: { smoke: null, full: 0 },
  diskMegabytes: 768,
  faults: (profile) =>
    Array.from({ length: ROUNDS[profile] }).map(() => ({ kind: 'fill-disk', forMs: 10_000 }) as const),
  expectations: { resumedWithinMs: { smoke: 120_000, full: 60_000 } },
  catches: [],
};
