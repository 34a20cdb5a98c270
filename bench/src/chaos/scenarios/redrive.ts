import { noneLeft } from '../demands/none-left.js';
import type { Scenario } from '../scenario.js';

const LETTERS = { smoke: 500, full: 10_000 };

export const redrive: Scenario = {
  name: 'redrive',
  what: 'hundreds of dead letters of a mistaken definition redriven, and results killed three times in the middle of it',
  load: { refusedAtFirst: 'rejected_by_rule', duplicateShare: 0.02 },
  seconds: { smoke: 0, full: 0 },
  isStrictAtFirst: true,
  faults: (profile) => [{ kind: 'redrive', letters: LETTERS[profile], kills: 3 }],
  expectations: { resumedWithinMs: { smoke: 120_000, full: 15_000 }, demands: [noneLeft('rejected_by_rule')] },
  catches: [],
};
