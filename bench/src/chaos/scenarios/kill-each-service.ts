import { SERVICES } from '@pitwall/platform';
import type { Scenario } from '../scenario.js';

const ROUNDS = { smoke: 1, full: 20 };

export const killEachService: Scenario = {
  name: 'kill-each-service',
  what: 'kill -9 of each service in turn, under load with labels and a few duplicates',
  load: { duplicateShare: 0.02, labelShare: 0.1 },
  seconds: { smoke: 0, full: 0 },
  faults: (profile) =>
    Array.from({ length: ROUNDS[profile] }).flatMap(() =>
      SERVICES.map(({ name }) => ({ kind: 'kill', service: name }) as const),
    ),
  expectations: { resumedWithinMs: { smoke: 120_000, full: 15_000 } },
  catches: [],
};
