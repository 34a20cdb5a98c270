import type { Failpoint } from '@pitwall/failpoints';
import { eachAlone } from '../faults/failpoints.js';
import type { Scenario } from '../scenario.js';

/** Every place in results, in the order of a batch. */
const POINTS: readonly Failpoint[] = [
  'after_consume',
  'before_pg_transaction',
  'before_pg_commit',
  'after_pg_commit',
  'after_produce',
  'after_dead_letter',
  'before_offset_commit',
];

const ROUNDS = 5;

export const resultsFailpoints: Scenario = {
  name: 'results-failpoints',
  what: 'results killed at each of its failpoints, with reused ids and labels in the load',
  load: { reusedIdShare: 0.05, labelShare: 0.1, duplicateShare: 0.02 },
  seconds: { smoke: 0, full: 0 },
  faults: (profile) =>
    // One death after the other without a rest is quicker, and a crash loop besides: too much for a limit of resuming.
    profile === 'smoke'
      ? [{ kind: 'failpoints', service: 'results', at: POINTS }]
      : Array.from({ length: ROUNDS }).flatMap(() => eachAlone('results', POINTS)),
  expectations: { resumedWithinMs: { smoke: 120_000, full: 15_000 } },
  catches: ['no_unique_index', 'redecide_on_redelivery', 'monitoring_counts_copies'],
};
