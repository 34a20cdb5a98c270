import type { Scenario } from '../scenario.js';

const ROUNDS = { smoke: 1, full: 10 };

export const labelRaces: Scenario = {
  name: 'label-races',
  what: 'labels sent together with their events, and results killed: it then writes labels and decisions of a backlog side by side',
  load: { rate: 400, labelShare: 0.9 },
  seconds: { smoke: 0, full: 0 },
  faults: (profile) =>
    Array.from({ length: ROUNDS[profile] }).map(() => ({ kind: 'kill', service: 'results' }) as const),
  expectations: { resumedWithinMs: { smoke: 30_000, full: 15_000 } },
  catches: ['label_join_in_one_transaction'],
};
