import { type Claim, classifyPostgresError, type Database, type PartitionClaims } from '@pitwall/persistence';
import type { PoolClient } from 'pg';
import { type StoreRows, storeRows, storeRowsApart } from './store-rows.js';

/** How often a transaction is tried again that others were in the way of, before the batch is given back. */
const MAX_CONFLICTS = 3;

/** What is written with every transaction on a batch: the progress of its partition. */
export interface BatchProgress {
  readonly claim: Claim;
  /** Offset after the last record of the batch. */
  readonly nextOffset: number;
  /** Called before each attempt: an attempt may wait for locks. */
  readonly heartbeat: () => Promise<void>;
}

/** Where batches are committed. */
export interface BatchStore {
  readonly database: Pick<Database, 'transaction'>;
  readonly claims: Pick<PartitionClaims, 'advance'>;
}

/**
 * Runs `work` and writes the partition's progress in one transaction. When it resolves all of it is durable. When it rejects
 * nothing is, unless the connection was lost during the commit: the batch comes again then and finds its own rows. Rejects
 * with `stale_claim` when another process has claimed the partition since.
 *
 * `work` is run again, with {@link storeRowsApart}, after PostgreSQL has refused a row, and at most three times more when
 * other transactions were in the way: it must be repeatable.
 */
export async function commitBatch<Result>(
  store: BatchStore,
  progress: BatchProgress,
  work: (client: PoolClient, store: StoreRows) => Promise<Result>,
): Promise<Result> {
  let storing: StoreRows = storeRows;
  for (let conflicts = 0; ;) {
    await progress.heartbeat();
    try {
      return await store.database.transaction(async (client) => {
        const result = await work(client, storing);
        // Last: it takes the lock that a successor's claim waits for.
        await store.claims.advance(client, progress.claim, progress.nextOffset);
        return result;
      });
    } catch (error) {
      const kind = classifyPostgresError(error);
      if (kind === 'row' && storing === storeRows) storing = storeRowsApart;
      else if (kind === 'conflict' && conflicts < MAX_CONFLICTS) conflicts += 1;
      else throw error;
    }
  }
}
