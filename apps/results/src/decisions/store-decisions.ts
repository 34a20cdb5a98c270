import type { ResultId } from '@pitwall/contracts';
import { bisect } from './bisect.js';
import type { Decision, StoredDecision } from './decision.js';
import { byResultId, firstOfEach, settleConflict, type Settlement, statementsOf } from './settlement.js';

/** What one statement may carry: more saves round trips, less saves memory in the server. */
const STATEMENT_LIMITS = { maxRows: 1000, maxBytes: 8 * 1024 * 1024 };

/** The statements of one transaction. A fake of it is enough to test every rule of this file. */
export interface DecisionStatements {
  /** Inserts what does not conflict and answers the ids of those rows. */
  insert(decisions: readonly Decision[]): Promise<readonly ResultId[]>;
  /** Reads, in a statement of its own, what is stored under ids that conflicted. Rejects where one is not there. */
  readStored(resultIds: readonly ResultId[]): Promise<ReadonlyMap<ResultId, StoredDecision>>;
  /** Runs `work` so that only its own writes are undone when it rejects. */
  undoable<T>(work: () => Promise<T>): Promise<T>;
  /** The refusal behind an error that is the fault of a row; null for any other error. */
  refusalOf(error: unknown): Refusal | null;
}

export type Refusal = Extract<Settlement, { kind: 'refused' }>;

interface Inserted {
  readonly ids: ReadonlySet<ResultId>;
  readonly refused: ReadonlyMap<Decision, Refusal>;
}

type Insert = (decisions: readonly Decision[]) => Promise<Inserted>;

/**
 * Settles the decisions of a batch inside the caller's transaction: one settlement each, in the order given. The first of an
 * identity wins; the others of the batch are conflicts with it, just as if it had come in an earlier batch.
 * A row that PostgreSQL refuses rejects the whole; {@link storeDecisionsApart} then finds it.
 */
export function storeDecisions(statements: DecisionStatements, decisions: readonly Decision[]): Promise<Settlement[]> {
  return settle(statements, decisions, async (rows) => ({
    ids: new Set(await statements.insert(rows)),
    refused: new Map(),
  }));
}

/** Like {@link storeDecisions}, slower: rows that PostgreSQL refuses are settled as `refused`, and the rest goes through. */
export function storeDecisionsApart(
  statements: DecisionStatements,
  decisions: readonly Decision[],
): Promise<Settlement[]> {
  return settle(statements, decisions, async (rows) => {
    const { results, refused } = await bisect(rows, {
      attempt: (part) => statements.undoable(() => statements.insert(part)),
      isRowError: (error) => statements.refusalOf(error) !== null,
    });
    return {
      ids: new Set(results.flat()),
      refused: new Map(refused.map(({ row, error }) => [row, statements.refusalOf(error) as Refusal])),
    };
  });
}

async function settle(
  statements: DecisionStatements,
  decisions: readonly Decision[],
  insert: Insert,
): Promise<Settlement[]> {
  const settled = new Map<Decision, Settlement>();
  let pending = decisions;
  // A second round happens only where the first of an identity was refused and another of the batch takes its place.
  while (pending.length > 0) {
    const stored = await storeFirsts(statements, { pending, settled }, insert);
    for (const decision of pending) settleAgainst(stored.get(decision.resultId), decision, settled);
    pending = pending.filter((decision) => !settled.has(decision));
  }
  return decisions.map((decision) => settled.get(decision) as Settlement);
}

function settleAgainst(
  stored: StoredDecision | undefined,
  decision: Decision,
  settled: Map<Decision, Settlement>,
): void {
  if (stored !== undefined && !settled.has(decision)) settled.set(decision, settleConflict(decision, stored));
}

/** Inserts the first decision of each identity; answers what is stored now under every identity that has a row. */
async function storeFirsts(
  statements: DecisionStatements,
  { pending, settled }: { pending: readonly Decision[]; settled: Map<Decision, Settlement> },
  insert: Insert,
): Promise<Map<ResultId, StoredDecision>> {
  const stored = new Map<ResultId, StoredDecision>();
  const conflicting: ResultId[] = [];
  for (const rows of statementsOf(firstOfEach(pending).toSorted(byResultId), STATEMENT_LIMITS)) {
    const { ids, refused } = await insert(rows);
    for (const decision of rows) {
      const refusal = refused.get(decision);
      if (refusal !== undefined) settled.set(decision, refusal);
      else if (ids.has(decision.resultId)) settleInserted(decision, { stored, settled });
      else conflicting.push(decision.resultId);
    }
  }
  if (conflicting.length > 0) {
    for (const [id, decision] of await statements.readStored(conflicting)) stored.set(id, decision);
  }
  return stored;
}

function settleInserted(
  decision: Decision,
  { stored, settled }: { stored: Map<ResultId, StoredDecision>; settled: Map<Decision, Settlement> },
): void {
  settled.set(decision, { kind: 'inserted', publication: decision.publication });
  stored.set(decision.resultId, decision);
}
