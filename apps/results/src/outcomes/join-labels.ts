import type { OutcomeId, ResultId } from '@pitwall/contracts';
import type { Publication } from '../storage/publication.js';
import { sortedFirsts, statementsOf } from '../storage/store-rows.js';
import { type JoinedLabel, makeOutcome, type OutcomeContext, type Unjoinable } from './make-outcome.js';
import type { Outcome } from './outcome.js';

/** A label that is stored and committed, and the record that its outcome is made of. */
export interface LabelToJoin extends JoinedLabel {
  readonly resultId: ResultId;
  readonly cause: OutcomeCause;
}

/** The record that brought label and decision together, see {@link OutcomeContext}. */
export type OutcomeCause = Pick<OutcomeContext, 'traceparent' | 'tracestate' | 'inputAppendedAt'>;

/** What is known of the results of some labels, all of it committed. */
export interface KnownResults {
  /** What was published of each decision; labels without one wait. */
  readonly decisions: ReadonlyMap<ResultId, Publication>;
  /** Highest revision that is stored, by {@link revisionKey}. */
  readonly highestRevisions: ReadonlyMap<string, number>;
}

/** The part of a transaction that outcomes need. A fake of it is enough to test every rule of this file. */
export interface OutcomeStatements {
  /** Inserts what does not conflict and answers the ids of those rows. */
  insert(outcomes: readonly Outcome[]): Promise<readonly string[]>;
  /** Reads, in a statement of its own, the outcomes that are stored under these ids; others are absent. */
  findStored(outcomeIds: readonly string[]): Promise<ReadonlyMap<string, Publication>>;
}

/** What became of the labels in the transaction. */
export interface Joined {
  /** What is to be published of each label, now or again; a label that waits or was replaced before is absent. */
  readonly publications: ReadonlyMap<OutcomeId, Publication>;
  /** The outcomes that this transaction made. */
  readonly made: readonly Outcome[];
  /** Labels that cannot be joined with their decision. */
  readonly unjoinable: ReadonlyMap<OutcomeId, Unjoinable>;
}

/** Revisions are counted per result and source of labels. */
export function revisionKey({ resultId, labelSource }: Pick<LabelToJoin, 'resultId' | 'labelSource'>): string {
  return `${resultId} ${labelSource}`;
}

/**
 * Joins labels with their decisions: of each source the highest revision gives an outcome, the others keep the one that they
 * have, if they have one. Where another transaction was first, its outcome is what is published.
 *
 * `make` is asked once per outcome and answers the same when the transaction is tried again.
 */
export async function joinLabels(
  statements: OutcomeStatements,
  labels: readonly LabelToJoin[],
  known: KnownResults & { readonly make: MakeOutcome },
): Promise<Joined> {
  const unjoinable = new Map<OutcomeId, Unjoinable>();
  const candidates: Outcome[] = [];
  const decided = labels.filter(({ resultId }) => known.decisions.has(resultId));
  for (const label of decided) {
    if (known.highestRevisions.get(revisionKey(label)) !== label.revision) continue;
    const outcome = known.make(known.decisions.get(label.resultId) as Publication, label);
    if ('kind' in outcome) unjoinable.set(label.outcomeId, outcome);
    else candidates.push(outcome);
  }
  const made = await insertAll(statements, candidates);
  const publications = new Map(made.map(({ outcomeId, publication }) => [outcomeId, publication]));
  const others = decided.map(({ outcomeId }) => outcomeId).filter((id) => !publications.has(id));
  if (others.length > 0) {
    for (const [id, stored] of await statements.findStored(others)) publications.set(id as OutcomeId, stored);
  }
  return { publications, made, unjoinable };
}

/** Makes the outcome of a label, see {@link makeOutcome}. */
export type MakeOutcome = (result: Publication, label: LabelToJoin) => Outcome | Unjoinable;

async function insertAll(statements: OutcomeStatements, candidates: readonly Outcome[]): Promise<Outcome[]> {
  const sorted = sortedFirsts(candidates, { keyOf: ({ outcomeId }) => outcomeId });
  const bytesOf = ({ publication }: Outcome): number => publication.value.length;
  const inserted = new Set<string>();
  for (const part of statementsOf(sorted, { bytesOf })) {
    for (const id of await statements.insert(part)) inserted.add(id);
  }
  return sorted.filter(({ outcomeId }) => inserted.has(outcomeId));
}

/** A {@link MakeOutcome} that makes each outcome once: its trace begins a span. */
export function outcomeMaker(context: Pick<OutcomeContext, 'policy' | 'joinedAt'>): MakeOutcome {
  const made = new Map<OutcomeId, Outcome | Unjoinable>();
  return (result, label) => {
    const before = made.get(label.outcomeId);
    if (before !== undefined) return before;
    const outcome = makeOutcome(result, label, { ...context, ...label.cause });
    made.set(label.outcomeId, outcome);
    return outcome;
  };
}

/** The highest revision of each source among these labels. */
export function highestRevisions(
  labels: readonly Pick<LabelToJoin, 'resultId' | 'labelSource' | 'revision'>[],
): Map<string, number> {
  const highest = new Map<string, number>();
  for (const label of labels) {
    const key = revisionKey(label);
    highest.set(key, Math.max(label.revision, highest.get(key) ?? 0));
  }
  return highest;
}
