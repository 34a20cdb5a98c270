import { type Claim, classifyPostgresError, type Database, type PartitionClaims } from '@pitwall/persistence';
import { SqlDecisionStatements } from './decision-statements.repository.js';
import type { Decision } from './decision.js';
import type { Settlement } from './settlement.js';
import { storeDecisions, storeDecisionsApart } from './store-decisions.js';

/** How often a transaction is tried again that others were in the way of, before the batch is given back. */
const MAX_CONFLICTS = 3;

/** What a transaction is about: the decisions of a batch, and the progress of its partition that is written with them. */
export interface DecisionBatch {
  readonly decisions: readonly Decision[];
  readonly claim: Claim;
  /** Offset after the last record of the batch. */
  readonly nextOffset: number;
  /** Called before each attempt: an attempt may wait for locks. */
  readonly heartbeat: () => Promise<void>;
}

export interface DecisionStore {
  readonly database: Pick<Database, 'transaction'>;
  readonly claims: Pick<PartitionClaims, 'advance'>;
}

type StoreRows = typeof storeDecisions;

/**
 * Stores the decisions of a batch and the progress of its partition in one transaction; answers one settlement per decision,
 * in order. When it resolves all of it is durable. When it rejects nothing is, unless the connection was lost during the
 * commit: the batch comes again then and finds its own rows. Rejects with `stale_claim` when another process has claimed the
 * partition since. A batch without decisions advances the progress all the same.
 */
export async function commitDecisions(store: DecisionStore, batch: DecisionBatch): Promise<Settlement[]> {
  let storeRows: StoreRows = storeDecisions;
  for (let conflicts = 0; ;) {
    await batch.heartbeat();
    try {
      return await transact(store, batch, storeRows);
    } catch (error) {
      const kind = classifyPostgresError(error);
      if (kind === 'row' && storeRows === storeDecisions) storeRows = storeDecisionsApart;
      else if (kind === 'conflict' && conflicts < MAX_CONFLICTS) conflicts += 1;
      else throw error;
    }
  }
}

function transact(
  { database, claims }: DecisionStore,
  batch: DecisionBatch,
  storeRows: StoreRows,
): Promise<Settlement[]> {
  return database.transaction(async (client) => {
    const settlements = await storeRows(new SqlDecisionStatements(client), batch.decisions);
    // Last: it takes the lock that a successor's claim waits for.
    await claims.advance(client, batch.claim, batch.nextOffset);
    return settlements;
  });
}
