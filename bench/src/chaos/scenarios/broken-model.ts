import type { DeadlyWay } from '../../world/treacherous-definition.js';
import type { Fault } from '../faults/fault.js';
import type { Profile } from '../profile.js';
import type { Scenario } from '../scenario.js';

/** The full profile gives the service a second beyond the budget; the smoke profile is a test, on machines that stand still at times. */
const BEYOND_BUDGET_MS = { smoke: 60_000, full: 1_000 };
const ROUNDS = { smoke: 1, full: 10 };
/**
 * Which events are sent together. One that is given up takes half a minute; a few tries at which the model hangs may on a slow machine
 * cost the service its partitions, and then it takes as long again.
 */
const DEADLY: Readonly<Record<Profile, readonly (readonly DeadlyWay[])[]>> = {
  smoke: [['memory', 'crash']],
  full: Array.from({ length: 3 }).flatMap(() => [['hang'], ['memory'], ['crash']] as const),
};

export const brokenModel: Scenario = {
  name: 'broken-model',
  what: "the model's process ended and hanging, and events on which it hangs, takes 8 GB or crashes: gone in time, replaced, and only those events given up",
  load: {},
  seconds: { smoke: 0, full: 0 },
  isModelTreacherous: true,
  isTraced: true,
  faults: (profile) => {
    const beyondBudgetMs = BEYOND_BUDGET_MS[profile];
    return [
      ...Array.from({ length: ROUNDS[profile] }).flatMap((): readonly Fault[] => [
        { kind: 'break-model', how: 'crash', beyondBudgetMs },
        { kind: 'break-model', how: 'hang', beyondBudgetMs },
      ]),
      ...DEADLY[profile].map((ways): Fault => ({ kind: 'deadly-events', ways, beyondBudgetMs })),
    ];
  },
  expectations: { resumedWithinMs: { smoke: 120_000, full: 15_000 } },
  catches: [],
};
