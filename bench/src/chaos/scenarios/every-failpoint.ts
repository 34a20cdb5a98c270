import type { Failpoint } from '@pitwall/failpoints';
import type { ServiceName } from '@pitwall/platform';
import { eachAlone } from '../faults/failpoints.js';
import type { Scenario } from '../scenario.js';

const ROUNDS = { smoke: 1, full: 5 };

/** Where a batch passes in each service. */
const POINTS: Readonly<Record<ServiceName, readonly Failpoint[]>> = {
  ingestion: ['after_consume', 'after_produce', 'after_dead_letter', 'before_offset_commit'],
  inference: ['after_consume', 'after_infer', 'after_produce', 'before_offset_commit'],
  results: [
    'after_consume',
    'before_pg_transaction',
    'before_pg_commit',
    'after_pg_commit',
    'after_produce',
    'after_dead_letter',
    'before_offset_commit',
  ],
  monitoring: ['after_consume', 'before_pg_transaction', 'before_pg_commit', 'after_pg_commit', 'before_offset_commit'],
};

const SERVICES = Object.keys(POINTS) as readonly ServiceName[];

export const everyFailpoint: Scenario = {
  name: 'every-failpoint',
  what: 'every service killed at each of its failpoints, five times in all, with poison, reused ids and labels in the load',
  load: { poisonShare: 0.03, reusedIdShare: 0.05, labelShare: 0.1, duplicateShare: 0.02 },
  seconds: { smoke: null, full: 0 },
  faults: (profile) =>
    Array.from({ length: ROUNDS[profile] }).flatMap(() =>
      SERVICES.flatMap((service) => eachAlone(service, POINTS[service])),
    ),
  expectations: { resumedWithinMs: { smoke: 120_000, full: 15_000 } },
  catches: [],
};
