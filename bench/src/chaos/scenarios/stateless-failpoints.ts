import type { Failpoint } from '@pitwall/failpoints';
import { eachAlone } from '../faults/failpoints.js';
import type { Scenario } from '../scenario.js';

/** Every place in the two services that keep nothing, in the order of a batch. */
const INGESTION: readonly Failpoint[] = ['after_consume', 'after_produce', 'after_dead_letter', 'before_offset_commit'];
const INFERENCE: readonly Failpoint[] = ['after_consume', 'after_infer', 'after_produce', 'before_offset_commit'];
/** A batch that is not sent yet, and one that is. */
const UNSENT_AND_SENT: readonly Failpoint[] = ['after_consume', 'before_offset_commit'];
const ROUNDS = 5;

export const statelessFailpoints: Scenario = {
  name: 'stateless-failpoints',
  what: 'ingestion and inference, which keep nothing, killed at each of their failpoints, with poison in the load',
  load: { duplicateShare: 0.02, poisonShare: 0.03 },
  seconds: { smoke: null, full: 0 },
  faults: (profile) =>
    profile === 'smoke'
      ? [...eachAlone('ingestion', UNSENT_AND_SENT), ...eachAlone('inference', UNSENT_AND_SENT)]
      : Array.from({ length: ROUNDS }).flatMap(() => [
          ...eachAlone('ingestion', INGESTION),
          ...eachAlone('inference', INFERENCE),
        ]),
  expectations: { resumedWithinMs: { smoke: 120_000, full: 15_000 } },
  catches: ['commit_before_write'],
};
