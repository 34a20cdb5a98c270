import { eachAlone } from '../faults/failpoints.js';
import type { Scenario } from '../scenario.js';

const POINTS = ['after_consume', 'before_offset_commit'] as const;
const ROUNDS = { smoke: 1, full: 5 };

export const statelessFailpoints: Scenario = {
  name: 'stateless-failpoints',
  what: 'ingestion and inference, which keep nothing, killed with a batch in hand that is not sent yet, and with one that is',
  load: { duplicateShare: 0.02 },
  seconds: { smoke: null, full: 0 },
  faults: (profile) =>
    Array.from({ length: ROUNDS[profile] }).flatMap(() => [
      ...eachAlone('ingestion', POINTS),
      ...eachAlone('inference', POINTS),
    ]),
  expectations: { resumedWithinMs: { smoke: 120_000, full: 15_000 } },
  catches: ['commit_before_write'],
};
