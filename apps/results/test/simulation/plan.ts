import { type Fault, FAULTS } from '@pitwall/simulation';
import fc from 'fast-check';

/** What a prediction is: `mistaken` ones die until the definition is mended, `hopeless` ones always. */
export type Fate = 'fine' | 'mistaken' | 'hopeless';

/** A prediction that is published. */
export interface PlannedPrediction {
  readonly fate: Fate;
  /** It has the id of the so-manieth record before it, where there is one. */
  readonly repeats: number | null;
}

/** All that a run is made of, besides the order in which things happen. */
export interface Plan {
  readonly predictions: readonly PlannedPrediction[];
  readonly ratePerSecond: number;
  readonly faults: readonly { readonly afterSteps: number; readonly fault: Fault }[];
}

const prediction: fc.Arbitrary<PlannedPrediction> = fc.record({
  fate: fc.oneof(
    { weight: 2, arbitrary: fc.constant<Fate>('fine') },
    { weight: 4, arbitrary: fc.constant<Fate>('mistaken') },
    { weight: 1, arbitrary: fc.constant<Fate>('hopeless') },
  ),
  repeats: fc.option(fc.nat(4), { freq: 4 }),
});

export const plans: fc.Arbitrary<Plan> = fc.record({
  predictions: fc.array(prediction, { minLength: 1, maxLength: 14 }),
  // Chunks of one record, of two, and of all at once.
  ratePerSecond: fc.constantFrom(5, 10, 1_000),
  faults: fc.array(fc.record({ afterSteps: fc.integer({ min: 1, max: 30 }), fault: fc.constantFrom(...FAULTS) }), {
    maxLength: 10,
  }),
});
