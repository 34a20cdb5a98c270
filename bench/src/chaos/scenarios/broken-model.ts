import type { Scenario } from '../scenario.js';

const ROUNDS = { smoke: 1, full: 10 };

export const brokenModel: Scenario = {
  name: 'broken-model',
  what: "the model's process ended by a native crash, and hanging: killed in time, replaced, and no event given up for it",
  load: {},
  seconds: { smoke: 0, full: 0 },
  faults: (profile) =>
    Array.from({ length: ROUNDS[profile] }).flatMap(() =>
      (['crash', 'hang'] as const).map((how) => ({ kind: 'break-model', how }) as const),
    ),
  expectations: { resumedWithinMs: { smoke: 120_000, full: 15_000 } },
  catches: [],
};
