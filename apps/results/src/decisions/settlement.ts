import type { Decision, Publication, StoredDecision } from './decision.js';

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
  | { readonly kind: 'refused'; readonly sqlState: string; readonly message: string };

export type SettlementKind = Settlement['kind'];

/** What a decision is that lost to the stored one of its identity. */
export function settleConflict(decision: Decision, stored: StoredDecision): Settlement {
  if (decision.origin.digest !== stored.origin.digest) return { kind: 'reused', first: stored.origin };
  return isSamePosition(decision, stored)
    ? { kind: 'redelivered', publication: stored.publication }
    : { kind: 'duplicate' };
}

function isSamePosition({ origin }: Decision, stored: StoredDecision): boolean {
  return (
    origin.topic === stored.origin.topic &&
    origin.partition === stored.origin.partition &&
    origin.offset === stored.origin.offset
  );
}

/** Ascending by result id, the order in which every transaction takes its locks, so that two of them cannot deadlock. */
export function byResultId(a: Decision, b: Decision): number {
  if (a.resultId === b.resultId) return 0;
  return a.resultId < b.resultId ? -1 : 1;
}

/** The first decision of each identity, in the order given. */
export function firstOfEach(decisions: readonly Decision[]): Decision[] {
  const first = new Map<string, Decision>();
  for (const decision of decisions) if (!first.has(decision.resultId)) first.set(decision.resultId, decision);
  return first.size === decisions.length ? [...decisions] : [...first.values()];
}

export interface StatementLimits {
  readonly maxRows: number;
  readonly maxBytes: number;
}

/** Cuts rows into statements of at most `maxRows` rows and about `maxBytes`; a larger row stands alone. */
export function* statementsOf(
  decisions: readonly Decision[],
  limits: StatementLimits,
): Generator<readonly Decision[], void, void> {
  let from = 0;
  let bytes = 0;
  for (let at = 0; at < decisions.length; at += 1) {
    const size = sizeOf(decisions[at] as Decision);
    if (at > from && (at - from === limits.maxRows || bytes + size > limits.maxBytes)) {
      yield decisions.slice(from, at);
      from = at;
      bytes = 0;
    }
    bytes += size;
  }
  if (from < decisions.length) yield decisions.slice(from);
}

const sizeOf = ({ prediction, publication }: Decision): number => prediction.length + publication.value.length;
