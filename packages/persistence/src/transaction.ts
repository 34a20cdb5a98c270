import { PitwallError } from '@pitwall/contracts';
import type { PoolClient } from 'pg';
import { BEGIN_IN_GENERATION } from './generations/generation-family.js';

/** What a transaction begins with where there are no generations. */
export const BEGIN = 'BEGIN ISOLATION LEVEL READ COMMITTED';

/** Begins by the given statements, runs the work, commits. Leaves the transaction open when anything of it rejects. */
export async function runTransaction<Result>(
  client: PoolClient,
  begin: string,
  work: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
  await client.query(begin);
  const result = await work(client);
  const committed = await client.query('COMMIT');
  // PostgreSQL answers COMMIT of a failed transaction with ROLLBACK and no error.
  if (committed.command !== 'COMMIT') {
    throw new PitwallError(
      `The transaction was rolled back (${committed.command}) although its work resolved: it must have swallowed the error of a query.`,
      { code: 'transaction_aborted' },
    );
  }
  return result;
}

/** A connection that cannot roll back is not given back to the pool. */
export async function isRolledBack(client: PoolClient): Promise<boolean> {
  try {
    await client.query('ROLLBACK');
    return true;
  } catch {
    return false;
  }
}

/**
 * A transaction on a connection that is kept for more than one, in one generation. Commits when `work` resolves, otherwise rolls
 * back and rejects with the same error, as the driver throws it.
 */
export async function transactInGeneration<Result>(client: PoolClient, work: () => Promise<Result>): Promise<Result> {
  try {
    return await runTransaction(client, BEGIN_IN_GENERATION, work);
  } catch (error) {
    await isRolledBack(client);
    throw error;
  }
}
