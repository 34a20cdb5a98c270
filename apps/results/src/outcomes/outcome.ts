import type { OutcomeId } from '@pitwall/contracts';
import type { Publication } from '../storage/publication.js';

/** A decision joined with a label: a row of `outcomes` if no other transaction joined the two first. */
export interface Outcome {
  readonly outcomeId: OutcomeId;
  /** What the decision was worth, in the currency of the policy. */
  readonly value: number;
  readonly correct: boolean;
  /** Milliseconds since the epoch. */
  readonly joinedAt: number;
  /** From the event's time to the label's, in the time of the events. */
  readonly labelDelayMs: number;
  readonly publication: Publication;
}
