import { Pool, type PoolClient } from 'pg';
import type { DataSource } from 'typeorm';
import { parseTarget, TIMEOUTS } from './connection-target.js';
import { openDataSource, sessionUrl } from './data-source.js';
import type { DatabaseOptions } from './database-options.js';
import { BEGIN_IN_GENERATION } from './generations/generation-family.js';
import { migrate } from './migrate.js';
import { requireMigrated } from './pending-migrations.js';
import { observePool } from './pool-metrics.js';
import { classifyPostgresError, translateError } from './postgres-errors.js';
import { BEGIN, isRolledBack, runTransaction } from './transaction.js';

/** An open database with all migrations applied. */
export interface Database {
  /** For entities and queries off the hot path. */
  readonly dataSource: DataSource;
  /**
   * For the hot path; `search_path` is the service's schema. A lost connection rejects the query in hand and is replaced by
   * itself. Errors come as the driver throws them, see `classifyPostgresError`.
   */
  readonly pool: Pool;
  /**
   * Runs `work` in one READ COMMITTED transaction on one connection, and in one generation where the schema has any. Commits when it resolves, rolls back when it rejects and
   * rejects with the same error. Rejects with a retriable `PitwallError` `database_unavailable` when the connection is lost;
   * if that happens during the commit, the transaction may have taken effect all the same: the work must be repeatable.
   */
  transaction<Result>(work: (client: PoolClient) => Promise<Result>): Promise<Result>;
  /** Rejects with `database_unavailable` when no query comes through. */
  ping(): Promise<void>;
  /** Waits for connections in use, then closes. Idempotent. */
  close(): Promise<void>;
}

/**
 * Creates the schema, applies the migrations (one service at a time, under an advisory lock) and opens both pools. Rejects
 * with `database_unavailable` while the server cannot be reached: the caller tries again. Any other error is final. With
 * `oldSchema: 'refuse'` nothing is created or migrated, and `schema_behind` says what is missing.
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const target = parseTarget(options.url, options.schema);
  try {
    await (options.oldSchema === 'refuse' ? requireMigrated(options, target) : migrate(options, target));
    const dataSource = await openDataSource(options);
    const begin = (await hasGenerations(dataSource)) ? BEGIN_IN_GENERATION : BEGIN;
    return new PostgresDatabase(dataSource, openPool(options), { place: target.place, schema: options.schema, begin });
  } catch (error) {
    throw translateError(error, target.place);
  }
}

/** Migrations have made them, where there are any: what opens the database need not know. */
async function hasGenerations(dataSource: DataSource): Promise<boolean> {
  const rows: readonly { readonly found: boolean }[] = await dataSource.query(
    "SELECT to_regclass('generations') IS NOT NULL AS found",
  );
  return rows[0]?.found === true;
}

const DEFAULT_POOL_SIZE = 8;

function openPool(options: DatabaseOptions): Pool {
  const pool = new Pool({
    connectionString: sessionUrl(options),
    application_name: options.applicationName,
    max: options.poolSize ?? DEFAULT_POOL_SIZE,
    connectionTimeoutMillis: TIMEOUTS.connectMs,
    query_timeout: TIMEOUTS.queryMs,
    keepAlive: true,
  });
  pool.on('error', (error) => options.logger?.warn({ err: error }, 'an idle connection to PostgreSQL was lost'));
  // A connection that is cut while it is lent out reports that on itself; without a listener it would end the process.
  pool.on('connect', (client) => client.on('error', ignoreReportedByQuery));
  return pool;
}

/** The query in hand, or the next one on this connection, rejects with the same cause. */
function ignoreReportedByQuery(): void {}

class PostgresDatabase implements Database {
  private readonly place: string;
  private readonly begin: string;
  private readonly stopObserving: () => void;
  private closing: Promise<void> | null = null;

  constructor(
    readonly dataSource: DataSource,
    readonly pool: Pool,
    { place, schema, begin }: { readonly place: string; readonly schema: string; readonly begin: string },
  ) {
    this.place = place;
    this.begin = begin;
    this.stopObserving = observePool(pool, schema);
  }

  async transaction<Result>(work: (client: PoolClient) => Promise<Result>): Promise<Result> {
    let client: PoolClient;
    try {
      client = await this.pool.connect();
    } catch (error) {
      throw translateError(error, this.place);
    }
    try {
      const result = await runTransaction(client, this.begin, work);
      client.release();
      return result;
    } catch (error) {
      client.release(classifyPostgresError(error) === 'unavailable' || !(await isRolledBack(client)));
      throw translateError(error, this.place);
    }
  }

  async ping(): Promise<void> {
    try {
      await this.pool.query('SELECT 1');
    } catch (error) {
      throw translateError(error, this.place);
    }
  }

  close(): Promise<void> {
    this.stopObserving();
    this.closing ??= Promise.all([this.pool.end(), this.dataSource.destroy()]).then(() => undefined);
    return this.closing;
  }
}
