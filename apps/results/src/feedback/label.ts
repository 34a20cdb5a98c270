import type { EventIdentity, Origin, OutcomeId, ResultId } from '@pitwall/contracts';
import type { Refusal } from '../storage/store-rows.js';

/** What somebody observed of an event: a row of `labels` if no other of its source and revision came first. */
export interface Label {
  readonly kind: 'label';
  /** Of the outcome that it gives; the label's own id as well. */
  readonly outcomeId: OutcomeId;
  readonly resultId: ResultId;
  readonly pipeline: string;
  readonly identity: EventIdentity;
  /** Name of the observed outcome. */
  readonly label: string;
  readonly labelSource: string;
  readonly revision: number;
  /** Milliseconds since the epoch, as the other times here; in the time of the events. */
  readonly observedAt: number;
  readonly receivedAt: number;
  /** 32 hex digits. */
  readonly traceId: string;
  /** The record on the feedback topic. */
  readonly origin: Origin;
}

/** What a stored label says, and which record said it. */
export interface StoredLabel {
  readonly label: string;
  readonly origin: Pick<Origin, 'topic' | 'partition' | 'offset' | 'digest'>;
}

/**
 * What became of a label in its transaction.
 *
 * - `inserted`: it is what its source says in this revision from now on.
 * - `redelivered`: the same record was stored before; its outcome is published again, if it has one.
 * - `copy`: another record said the same before; nothing to do.
 * - `conflict`: another record said something else before; this one is dead.
 * - `refused`: PostgreSQL cannot store this row.
 */
export type LabelSettlement =
  | { readonly kind: 'inserted' | 'redelivered' | 'copy' }
  | { readonly kind: 'conflict'; readonly first: StoredLabel }
  | Refusal;

/** What a label is that lost to the stored one of its source and revision. When it was observed is not compared. */
export function settleLabelConflict({ label, origin }: Label, stored: StoredLabel): LabelSettlement {
  if (label !== stored.label) return { kind: 'conflict', first: stored };
  const { topic, partition, offset, digest } = stored.origin;
  const isSameRecord =
    origin.topic === topic &&
    origin.partition === partition &&
    origin.offset === offset &&
    // A re-created cluster repeats positions.
    origin.digest === digest;
  return { kind: isSameRecord ? 'redelivered' : 'copy' };
}
