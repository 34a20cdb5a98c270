import type { Scenario } from '../scenario.js';

const ROUNDS = { smoke: 1, full: 10 };
/** The broker takes some seconds more until it answers. */
const LONG_MS = 5_000;

export const brokerKill: Scenario = {
  name: 'broker-kill',
  what: 'kill -9 of the broker, down for longer than the sessions of all consumers last, or started again at once',
  load: { labelShare: 0.05 },
  seconds: { smoke: 0, full: 0 },
  faults: (profile) =>
    Array.from({ length: ROUNDS[profile] }).map(
      (_, round) => ({ kind: 'kill-broker', downMs: round % 2 === 0 ? LONG_MS : 500 }) as const,
    ),
  expectations: { resumedWithinMs: { smoke: 120_000, full: 60_000 } },
  catches: [],
};
