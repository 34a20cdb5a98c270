import { isPlanted } from '@pitwall/failpoints';
import type { Publication } from '../storage/publication.js';
import type { Refusal } from '../storage/store-rows.js';
import type { Decision, StoredDecision } from './decision.js';

/**
 * What became of a decision in the transaction.
 *
 * - `inserted`: it is the decision of its identity from now on.
 * - `redelivered`: the same raw record was decided before; what was published then is published again.
 * - `duplicate`: another raw record with the same content was decided before; nothing to publish.
 * - `reused`: another raw record with other content was decided before; this one is dead.
 * - `refused`: PostgreSQL cannot store this row.
 */
export type Settlement =
  | { readonly kind: 'inserted' | 'redelivered'; readonly publication: Publication }
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'reused'; readonly first: StoredDecision['origin'] }
  | Refusal;

export type SettlementKind = Settlement['kind'];

/** What a decision is that lost to the stored one of its identity. */
export function settleConflict(decision: Decision, stored: StoredDecision): Settlement {
  if (decision.origin.digest !== stored.origin.digest) return { kind: 'reused', first: stored.origin };
  if (!isSamePosition(decision, stored)) return { kind: 'duplicate' };
  const { publication } = isPlanted('redecide_on_redelivery') ? decision : stored;
  return { kind: 'redelivered', publication };
}

function isSamePosition({ origin }: Decision, stored: StoredDecision): boolean {
  return (
    origin.topic === stored.origin.topic &&
    origin.partition === stored.origin.partition &&
    origin.offset === stored.origin.offset
  );
}
