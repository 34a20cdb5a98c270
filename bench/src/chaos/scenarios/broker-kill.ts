import type { Scenario } from '../scenario.js';

const ROUNDS = { smoke: 1, full: 10 };

export const brokerKill: Scenario = {
  name: 'broker-kill',
  what: 'kill -9 of the broker, started again at once',
  load: { labelShare: 0.05 },
  seconds: { smoke: 0, full: 0 },
  faults: (profile) =>
    Array.from({ length: ROUNDS[profile] }).map(() => ({ kind: 'kill-broker', downMs: 500 }) as const),
  expectations: { resumedWithinMs: { smoke: 60_000, full: 60_000 } },
  catches: [],
};
