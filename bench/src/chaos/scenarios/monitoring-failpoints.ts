import type { Failpoint } from '@pitwall/failpoints';
import { eachAlone } from '../faults/failpoints.js';
import type { Scenario } from '../scenario.js';

/** Every place in monitoring, in the order of a batch. */
const POINTS: readonly Failpoint[] = [
  'after_consume',
  'before_pg_transaction',
  'before_pg_commit',
  'after_pg_commit',
  'before_offset_commit',
];
const ROUNDS = 5;

export const monitoringFailpoints: Scenario = {
  name: 'monitoring-failpoints',
  what: 'monitoring killed at each of its failpoints, with poison, reused ids, duplicates and labels to be counted',
  load: { poisonShare: 0.03, reusedIdShare: 0.05, labelShare: 0.1, duplicateShare: 0.02 },
  seconds: { smoke: null, full: 0 },
  faults: () => Array.from({ length: ROUNDS }).flatMap(() => eachAlone('monitoring', POINTS)),
  expectations: { resumedWithinMs: { smoke: 120_000, full: 15_000 } },
  catches: [],
};
