import type { Fault } from '../faults/fault.js';
import type { Scenario } from '../scenario.js';

const ROUNDS = 10;

/** Labels cannot be stored while it lasts, and their events are decided: whoever has looked for the decision before knows nothing of it. */
const holdLabels: Fault = { kind: 'hold-table', schema: 'results', table: 'labels', forMs: 1_500 };
/** What waits then is done at once, labels and decisions side by side. */
const killResults: Fault = { kind: 'kill', service: 'results' };

export const labelRaces: Scenario = {
  name: 'label-races',
  what: 'labels sent together with their events and kept from being stored until these are decided; and results killed',
  load: { rate: 400, labelShare: 0.9 },
  seconds: { smoke: 0, full: 0 },
  faults: (profile) =>
    profile === 'smoke'
      ? [holdLabels, holdLabels]
      : Array.from({ length: ROUNDS }).flatMap(() => [holdLabels, killResults]),
  expectations: { resumedWithinMs: { smoke: 120_000, full: 15_000 } },
  catches: ['label_join_in_one_transaction'],
};
