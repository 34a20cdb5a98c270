import { SERVICES } from '@pitwall/platform';
import { nothingRedelivered } from '../demands/nothing-redelivered.js';
import type { Scenario } from '../scenario.js';

const ROUNDS = { smoke: 1, full: 10 };

export const rollingRestart: Scenario = {
  name: 'rolling-restart',
  what: 'SIGTERM to each service in turn, and a start: nothing is done again, and everybody ends with exit code 0',
  load: { labelShare: 0.1 },
  seconds: { smoke: 0, full: 0 },
  isTraced: true,
  faults: (profile) =>
    Array.from({ length: ROUNDS[profile] }).flatMap(() =>
      SERVICES.map(({ name }) => ({ kind: 'roll', service: name }) as const),
    ),
  expectations: { resumedWithinMs: { smoke: 120_000, full: 15_000 }, demands: [nothingRedelivered] },
  catches: [],
};
