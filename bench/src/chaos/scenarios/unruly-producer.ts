import { CODECS } from '@pitwall/testing';
import type { Scenario } from '../scenario.js';

export const unrulyProducer: Scenario = {
  name: 'unruly-producer',
  what: 'duplicates, reused ids, events out of order and hours late, one aircraft that is everywhere, padded events, in batches packed in every way',
  load: {
    duplicateShare: 0.1,
    reusedIdShare: 0.03,
    reorderedShare: 0.05,
    heldBackShare: 0.05,
    hotShare: 0.1,
    paddingBytes: 2_000,
    codecs: CODECS,
    labelShare: 0.1,
  },
  seconds: { smoke: 8, full: 120 },
  isTraced: true,
  faults: () => [],
  expectations: { resumedWithinMs: { smoke: 120_000, full: 15_000 } },
  catches: [],
};
