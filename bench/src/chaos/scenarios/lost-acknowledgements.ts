import type { Scenario } from '../scenario.js';

const ROUNDS = { smoke: 3, full: 20 };

export const lostAcknowledgements: Scenario = {
  name: 'lost-acknowledgements',
  what: 'Kafka acknowledges what the services write, and they never hear of it: again and again for some seconds',
  load: {},
  // The network faults of the smoke profile lose some too; the planted bug needs many.
  seconds: { smoke: null, full: 0 },
  isProxied: true,
  faults: (profile) =>
    Array.from({ length: ROUNDS[profile] }).map(
      () => ({ kind: 'network', link: 'kafka', how: 'lost-acks', forMs: 3_000 }) as const,
    ),
  expectations: { resumedWithinMs: { smoke: 120_000, full: 60_000 } },
  catches: ['idempotent_producer'],
};
