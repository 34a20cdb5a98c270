import type { DeadLetter, EventIdentity, KnownDecision, ResultMessage } from '@pitwall/contracts';

/** A raw record of which it is to be known what becomes of it. */
export interface Expected {
  /** Null where it cannot be told: then only a dead letter can come of it. */
  readonly identity: EventIdentity | null;
  /** Of its key and value. */
  readonly digest: string;
}

/** What has become of a raw record. */
export type Settlement =
  /** It was decided now. */
  | {
      readonly kind: 'decided';
      readonly result: Pick<ResultMessage, 'decidedAt' | 'decision' | 'resultId'> & Partial<ResultMessage>;
    }
  /** Its event had been decided before, from the same content. */
  | { readonly kind: 'duplicate'; readonly decision: KnownDecision }
  | { readonly kind: 'dead_letter'; readonly letter: DeadLetter };
