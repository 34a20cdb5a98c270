import type { Failpoint } from '@pitwall/failpoints';
import { SERVICES, type ServiceName } from '@pitwall/platform';
import type { Fault, ZombieStop } from '../faults/fault.js';
import type { Scenario } from '../scenario.js';

/** Past the session timeout of 6 s: the group goes on without them. */
const FROZEN_MS = 16_000;
const ROUNDS = 5;

/**
 * Before a transaction, past every look at whether the partition is held: nothing but the epoch stands in a zombie's way there.
 * Ingestion and inference write by sending alone.
 */
const STOPS_AT: Readonly<Record<ServiceName, readonly Failpoint[]>> = {
  ingestion: ['after_consume'],
  inference: ['after_consume'],
  results: ['after_consume', 'before_pg_transaction'],
  monitoring: ['after_consume', 'before_pg_transaction'],
};

const ALL_AT_ONCE: readonly ZombieStop[] = [
  { service: 'ingestion', batch: 'later', at: 'after_consume' },
  { service: 'inference', batch: 'first', at: 'after_consume' },
  { service: 'results', batch: 'first', at: 'before_pg_transaction' },
  { service: 'monitoring', batch: 'later', at: 'before_pg_transaction' },
];

const allAtOnce: Fault = { kind: 'zombies', stops: ALL_AT_ONCE, forMs: FROZEN_MS };

const oneByOne: readonly Fault[] = Array.from({ length: ROUNDS }).flatMap(() =>
  SERVICES.flatMap(({ name: service }): Fault[] => [
    ...STOPS_AT[service].flatMap((at) =>
      (['first', 'later'] as const).map((batch): Fault => ({
        kind: 'zombies',
        stops: [{ service, batch, at }],
        forMs: FROZEN_MS,
      })),
    ),
    { kind: 'freeze', services: [service], forMs: FROZEN_MS },
  ]),
);

export const zombies: Scenario = {
  name: 'zombies',
  what: 'one of two processes of every service stopped in the middle of a batch past the session timeout, then let go on',
  load: { labelShare: 0.05, duplicateShare: 0.02 },
  seconds: { smoke: 0, full: 0 },
  instances: { ingestion: 2, inference: 2, results: 2, monitoring: 2 },
  faults: (profile) => (profile === 'smoke' ? [allAtOnce] : [allAtOnce, ...oneByOne]),
  expectations: { resumedWithinMs: { smoke: 120_000, full: 15_000 } },
  catches: ['epoch_ignored'],
};
