import { SERVICES } from '@pitwall/platform';
import type { Fault, ZombieStop } from '../faults/fault.js';
import type { Scenario } from '../scenario.js';

/** Past the session timeout of 6 s: the group goes on without them. */
const FROZEN_MS = 16_000;
const ROUNDS = 5;

const ALL_AT_ONCE: readonly ZombieStop[] = [
  { service: 'ingestion', batch: 'later' },
  { service: 'inference', batch: 'first' },
  { service: 'results', batch: 'first' },
  { service: 'monitoring', batch: 'later' },
];

const allAtOnce: Fault = { kind: 'zombies', stops: ALL_AT_ONCE, forMs: FROZEN_MS };

const oneByOne: readonly Fault[] = Array.from({ length: ROUNDS }).flatMap(() =>
  SERVICES.flatMap(({ name: service }): Fault[] => [
    { kind: 'zombies', stops: [{ service, batch: 'first' }], forMs: FROZEN_MS },
    { kind: 'zombies', stops: [{ service, batch: 'later' }], forMs: FROZEN_MS },
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
  expectations: { resumedWithinMs: { smoke: 30_000, full: 15_000 } },
  catches: ['epoch_ignored'],
};
