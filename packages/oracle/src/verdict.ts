import type { RawEvidence, TopicEvidence } from './evidence.js';
import type { IdentityKey, Position } from './record-parts.js';
import type { StoredDecision } from './stored-decisions.js';

/** What the sender has written down of the records that the broker acknowledged. Contents go by their digest, see `contentDigest`. */
export interface AcknowledgedContents {
  /** True where the sender meant it to be refused. */
  isPoison(digest: string): boolean;
  /** How many acknowledged records are not among these, which stand on the topic: one digest per record. */
  missingFrom(digests: readonly string[]): number;
}

/** Everything there is to judge by, gathered when all was quiet. */
export interface Evidence extends Pick<TopicEvidence, 'raw' | 'redriven' | 'results' | 'deadLetters'> {
  readonly decisions: ReadonlyMap<IdentityKey, readonly StoredDecision[]>;
  readonly ledger: AcknowledgedContents;
}

/** A promise that was broken; each of these counts has to be 0. */
export const BREACHES = [
  /** A raw record ended in two ways. */
  'endedTwice',
  /** An identity has two decisions. */
  'decidedTwice',
  /** Copies of a result differ. */
  'copiesDiffer',
  /** A decision in PostgreSQL that no consumer was told of. */
  'notPublished',
  /** A published result that PostgreSQL does not have, or has otherwise. */
  'notStored',
  /** A decision for an event that nobody sent. */
  'neverSent',
  /** Poison was decided. */
  'poisonDecided',
] as const;
/** One of {@link BREACHES}. */
export type Breach = (typeof BREACHES)[number];

/** What became of the raw records. */
export interface Verdict {
  readonly sent: number;
  readonly decided: number;
  readonly duplicates: number;
  readonly deadLettered: Readonly<Record<string, number>>;
  /** Records on the topic that ended in no way, and acknowledged ones that are not on it. */
  readonly lost: number;
  readonly breaches: Readonly<Record<Breach, number>>;
  /** `sent = decided + duplicates + dead-lettered`, nothing lost, no breach. */
  readonly holds: boolean;
}

type Ending = 'decided' | 'duplicate' | 'dead' | 'lost' | 'twice';

/** Judges by what is written, not by what services say of themselves. Pure. */
export function judge(evidence: Evidence): Verdict {
  const reasons = new Map([...evidence.deadLetters.values()].map(({ position, reason }) => [position, reason]));
  const endings = Map.groupBy(evidence.raw, (record) => endingOf(record, evidence, reasons));
  const countOf = (ending: Ending): number => endings.get(ending)?.length ?? 0;
  const deadLettered: Record<string, number> = {};
  for (const { position } of endings.get('dead') ?? []) {
    const reason = reasons.get(position) ?? '';
    deadLettered[reason] = (deadLettered[reason] ?? 0) + 1;
  }
  const sent = evidence.raw.length;
  const lost = countOf('lost') + evidence.ledger.missingFrom(evidence.raw.map(({ digest }) => digest));
  const breaches = breachesOf(evidence, { endedTwice: countOf('twice'), decided: endings.get('decided') ?? [] });
  const isBalanced = sent === countOf('decided') + countOf('duplicate') + countOf('dead');
  return {
    sent,
    decided: countOf('decided'),
    duplicates: countOf('duplicate'),
    deadLettered,
    lost,
    breaches,
    holds: isBalanced && lost === 0 && BREACHES.every((breach) => breaches[breach] === 0),
  };
}

function endingOf(
  record: RawEvidence,
  { decisions, redriven }: Evidence,
  reasons: ReadonlyMap<string, string>,
): Ending {
  const decision = record.identity === null ? undefined : decisions.get(record.identity)?.[0];
  const relation = relationOf(record, decision);
  if (!reasons.has(record.position)) return relation ?? 'lost';
  if (relation === null) return 'dead';
  // A redrive has led to the decision, which closes its dead letter.
  if (redriven.has(record.position)) return relation;
  return relation === 'duplicate' && isDecidedLater(record, decision, redriven) ? 'dead' : 'twice';
}

/** Refused before there was a decision, which closes its dead letter: another record of it was sent, or given back, when it would do. */
function isDecidedLater(
  { position }: RawEvidence,
  decision: StoredDecision | undefined,
  redriven: ReadonlySet<Position>,
): boolean {
  return isBefore(position, decision) || (decision !== undefined && redriven.has(decision.position));
}

/** Of one partition; nothing is said of the order of two. */
function isBefore(position: Position, { position: later = '' }: Partial<StoredDecision> = {}): boolean {
  const [partition, offset] = position.split(':');
  const [laterPartition, laterOffset] = later.split(':');
  return partition === laterPartition && Number(offset) < Number(laterOffset);
}

/** The same content again is a duplicate; other content under the same identity has to be a dead letter. */
function relationOf(
  { position, digest }: RawEvidence,
  decision: StoredDecision | undefined,
): 'decided' | 'duplicate' | null {
  if (decision === undefined) return null;
  if (decision.position === position) return 'decided';
  return decision.digest === digest ? 'duplicate' : null;
}

function breachesOf(
  { decisions, results, raw, ledger }: Evidence,
  { endedTwice, decided }: { readonly endedTwice: number; readonly decided: readonly RawEvidence[] },
): Record<Breach, number> {
  const sent = new Set(raw.map(({ position }) => position));
  const stored = [...decisions.values()].flat();
  const resultIdByIdentity = new Map([...decisions].map(([identity, [first]]) => [identity, first?.resultId]));
  const published = [...results];
  return {
    endedTwice,
    decidedTwice: [...decisions.values()].filter(({ length }) => length > 1).length,
    copiesDiffer: published.filter(([, { isTorn }]) => isTorn).length,
    notPublished: stored.filter(({ resultId }) => !results.has(resultId)).length,
    notStored: published.filter(([resultId, { identity }]) => resultIdByIdentity.get(identity) !== resultId).length,
    neverSent: stored.filter(({ position }) => !sent.has(position)).length,
    poisonDecided: decided.filter(({ digest }) => ledger.isPoison(digest)).length,
  };
}
