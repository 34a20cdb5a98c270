import type { PoolClient } from 'pg';
import type { BatchProgress, BatchStore } from '../storage/batch-store.service.js';
import { settledAmong, settleRedrives } from '../storage/settled-redrives.js';
import type { StoreRows } from '../storage/store-rows.js';
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
export function commitDecisions(store: BatchStore, batch: DecisionBatch): Promise<readonly Settlement[]> {
  return store.commit(batch, (client, storeRows) => settle(client, batch, storeRows));
}

/**
 * Like {@link commitDecisions} for batches of several partitions in one transaction; answers their settlements batch by batch.
 * What makes several reject may be the fault of one of them: then each is to be tried alone.
 */
export async function commitTogether(
  store: BatchStore,
  batches: readonly DecisionBatch[],
): Promise<readonly (readonly Settlement[])[]> {
  const [only] = batches;
  if (only !== undefined && batches.length === 1) return [await commitDecisions(store, only)];
  const all = {
    decisions: batches.flatMap(({ decisions }) => decisions),
    redriven: batches.flatMap(({ redriven }) => redriven),
  };
  const settlements = await store.commitTogether(batches, (client, storeRows) => settle(client, all, storeRows));
  let from = 0;
  return batches.map(({ decisions: { length } }) => settlements.slice(from, (from += length)));
}

async function settle(
  client: PoolClient,
  { decisions, redriven }: Pick<DecisionBatch, 'decisions' | 'redriven'>,
  storeRows: StoreRows,
): Promise<readonly Settlement[]> {
  const settlements = await storeRows(new TableStatements(client, DECISIONS), DECISION_RULES, decisions);
  await settleRedrives(client, settledAmong(redriven, decisions, settlements));
  return settlements;
}
