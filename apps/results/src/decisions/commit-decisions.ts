import type { BatchProgress, BatchStore } from '../storage/batch-store.service.js';
import { settledAmong, settleRedrives } from '../storage/settled-redrives.js';
import { TableStatements } from '../storage/table-statements.js';
import type { Decision } from './decision.js';
import { DECISION_RULES, DECISIONS } from './decisions-table.js';
import type { Settlement } from './settlement.js';

/** What a transaction is about: the decisions of a batch, and the progress of its partition that is written with them. */
export interface DecisionBatch extends BatchProgress {
  readonly decisions: readonly Decision[];
}

/**
 * Stores the decisions of a batch and the progress of its partition in one transaction, see {@link BatchStore}; answers one
 * settlement per decision, in order. A batch without decisions advances the progress all the same.
 */
export function commitDecisions(store: BatchStore, { decisions, ...progress }: DecisionBatch): Promise<Settlement[]> {
  return store.commit(progress, async (client, storeRows) => {
    const settlements = await storeRows(new TableStatements(client, DECISIONS), DECISION_RULES, decisions);
    await settleRedrives(client, settledAmong(progress.redriven, decisions, settlements));
    return settlements;
  });
}
