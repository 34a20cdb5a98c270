import type { PoolClient } from 'pg';
import type { Database } from '../database.js';
import { classifyPostgresError } from '../postgres-errors.js';
import { type GenerationFamily, partitionOf, STORED_IN_LINE } from './generation-family.js';
import { type Day, type Expired, expiredGenerations, isDue, nextDropOn } from './generation-rules.js';

/** How long a pipeline wants the rows of a family to be kept. */
export interface PipelineRetention {
  readonly family: string;
  readonly pipeline: string;
  /** 1 or more; a row is kept for at least so long. */
  readonly days: number;
}

/** What is kept of a family. */
export interface KeptGenerations {
  readonly family: string;
  /** The longest of all pipelines that ever had a policy in this schema; null where none had. */
  readonly retentionDays: number | null;
  /** By the days they began on, ascending; the last is written into. */
  readonly generations: readonly Day[];
  /** Rows that were written before this day may be gone; null while nothing was dropped. */
  readonly droppedBefore: Day | null;
  /** The generation that was dropped last, and when; null while none was. */
  readonly lastDrop: { readonly generation: Day; readonly at: string } | null;
  /** When the oldest can be dropped, see `nextDropOn`; null where there is no policy. */
  readonly nextDropOn: Day | null;
}

/** A partition that was dropped. */
export interface DroppedPartition {
  readonly table: string;
  readonly generation: Day;
  /** As the statistics of the database estimate it; null where it has none. */
  readonly rows: number | null;
}

/** What a turn of the keeper did. */
export interface KeeperTurn {
  readonly begun: readonly { readonly family: string; readonly generation: Day }[];
  readonly dropped: readonly DroppedPartition[];
  /** Something is left to be done: a transaction, a reader or another keeper was in the way. */
  readonly isBlocked: boolean;
  readonly kept: readonly KeptGenerations[];
}

interface BookRow {
  readonly family: string;
  readonly retentionDays: number | null;
  readonly generations: readonly Day[];
  readonly droppedBefore: Day | null;
  readonly lastDropped: Day | null;
  readonly lastDroppedAt: Date | null;
  readonly today: Day;
}

const READ_BOOKS = `
  SELECT family, max(policy.days) AS "retentionDays", book.generations, book."droppedBefore", book."lastDropped", book."lastDroppedAt",
         (now() AT TIME ZONE 'UTC')::date::text AS today
  FROM (
    SELECT family, array_agg(starts_on::text ORDER BY starts_on) FILTER (WHERE dropped_at IS NULL) AS generations,
           CASE WHEN bool_or(dropped_at IS NOT NULL) THEN (min(starts_on) FILTER (WHERE dropped_at IS NULL))::text END AS "droppedBefore",
           (max(starts_on) FILTER (WHERE dropped_at IS NOT NULL))::text AS "lastDropped", max(dropped_at) AS "lastDroppedAt"
    FROM generations GROUP BY family
  ) AS book LEFT JOIN retention_policies AS policy USING (family)
  GROUP BY family, book.generations, book."droppedBefore", book."lastDropped", book."lastDroppedAt" ORDER BY family`;

const SAVE_POLICY = `
  INSERT INTO retention_policies (family, pipeline, days) VALUES ($1, $2, $3)
  ON CONFLICT (family, pipeline) DO UPDATE SET days = EXCLUDED.days`;

/** Whoever waits for a lock makes others wait behind it: better to try again later. */
const LOCK_LIMIT = "SET LOCAL lock_timeout = '250ms'";

/** One keeper at a time; writers are not in its way, and it is not in theirs. */
const KEEPERS_LOCK = 'LOCK TABLE generations IN SHARE UPDATE EXCLUSIVE MODE';

/** Every transaction that writes into a generation has ended, and none begins. */
const WRITERS_LOCK = 'LOCK TABLE generations IN EXCLUSIVE MODE';

/**
 * Begins generations and drops those beyond the retention. Any number of keepers may run: each step is one transaction that looks
 * again, under a lock, whether it is still to be done. One that is killed leaves a step done or not done.
 */
export class GenerationKeeper {
  constructor(
    private readonly database: Pick<Database, 'pool' | 'transaction'>,
    private readonly families: readonly GenerationFamily[],
  ) {}

  /** Writes down what pipelines want. What others want stays: the longest of all is kept. */
  async adopt(policies: readonly PipelineRetention[]): Promise<void> {
    for (const { family, pipeline, days } of policies) {
      await this.database.pool.query(SAVE_POLICY, [family, pipeline, days]);
    }
  }

  /** Does what is due. `today` is the database's day unless another is given; a generation begins on it, never before another. */
  async turn(today?: Day): Promise<KeeperTurn> {
    const begun: { family: string; generation: Day }[] = [];
    const dropped: DroppedPartition[] = [];
    let isBlocked = false;
    for (const family of this.families) {
      try {
        const generation = await this.begin(family, today);
        if (generation !== null) begun.push({ family: family.name, generation });
        await this.drop(family, today, dropped);
      } catch (error) {
        if (classifyPostgresError(error) !== 'conflict') throw error;
        isBlocked = true;
      }
    }
    return { begun, dropped, isBlocked, kept: await this.kept() };
  }

  /** What is kept of each family. Rejects with a retriable `database_unavailable` while PostgreSQL does not answer. */
  async kept(): Promise<readonly KeptGenerations[]> {
    const { rows } = await this.database.transaction((client) => client.query<BookRow>(READ_BOOKS));
    return rows.map(keptOf);
  }

  /** Partitions first, which is in nobody's way; then, for the moment of an insert and a commit, nobody writes. */
  private async begin({ name, tables }: GenerationFamily, day: Day | undefined): Promise<Day | null> {
    const book = await bookOf(this.database.pool, name);
    const today = day ?? book.today;
    if (!isDueIn(book, today)) return null;
    return this.step(async (client) => {
      if (!isDueIn(await bookOf(client, name), today)) return null;
      for (const table of tables) await addPartition(client, table, today);
      await client.query(WRITERS_LOCK);
      await client.query('INSERT INTO generations (family, starts_on) VALUES ($1, $2)', [name, today]);
      return today;
    });
  }

  /** Each partition in a transaction of its own: a keeper that held one table and waited for the next could block a writer. */
  private async drop(
    { name, tables, satellites }: GenerationFamily,
    day: Day | undefined,
    dropped: DroppedPartition[],
  ): Promise<void> {
    for (const expired of expiredIn(await bookOf(this.database.pool, name), day)) {
      const { startsOn, endedOn } = expired;
      for (const table of tables) {
        const rows = await this.step(async (client) => {
          if (!includes(expiredIn(await bookOf(client, name), day), expired)) return 'not there';
          return dropPartition(client, partitionOf(table, startsOn));
        });
        if (rows !== 'not there') dropped.push({ table, generation: startsOn, rows });
      }
      await this.step(async (client) => {
        if (!includes(expiredIn(await bookOf(client, name), day), expired)) return;
        for (const { table, isOlder } of satellites) {
          await client.query(`DELETE FROM ${table} WHERE ${isOlder}`, [endedOn]);
        }
        await client.query('UPDATE generations SET dropped_at = now() WHERE family = $1 AND starts_on = $2', [
          name,
          startsOn,
        ]);
      });
    }
  }

  private async step<Result>(work: (client: PoolClient) => Promise<Result>): Promise<Result> {
    const client = await this.database.pool.connect();
    let isUsable = false;
    try {
      await client.query(`BEGIN ISOLATION LEVEL READ COMMITTED; ${LOCK_LIMIT}; ${KEEPERS_LOCK}`);
      const result = await work(client);
      await client.query('COMMIT');
      isUsable = true;
      return result;
    } catch (error) {
      isUsable = await client.query('ROLLBACK').then(
        () => true,
        () => false,
      );
      throw error;
    } finally {
      client.release(!isUsable);
    }
  }
}

function keptOf({ lastDropped, lastDroppedAt, today: _today, ...book }: BookRow): KeptGenerations {
  return {
    ...book,
    lastDrop:
      lastDropped === null || lastDroppedAt === null
        ? null
        : { generation: lastDropped, at: lastDroppedAt.toISOString() },
    nextDropOn: book.retentionDays === null ? null : nextDropOn(book.generations, book.retentionDays),
  };
}

async function bookOf(client: Pick<PoolClient, 'query'>, family: string): Promise<BookRow> {
  const { rows } = await client.query<BookRow>(READ_BOOKS);
  return rows.find((row) => row.family === family) as BookRow;
}

function isDueIn({ generations, retentionDays }: BookRow, today: Day): boolean {
  const newest = generations.at(-1);
  return retentionDays !== null && newest !== undefined && isDue(newest, today, retentionDays);
}

function expiredIn({ generations, retentionDays, today }: BookRow, day: Day | undefined): readonly Expired[] {
  return retentionDays === null ? [] : expiredGenerations(generations, day ?? today, retentionDays);
}

function includes(list: readonly Expired[], { startsOn }: Expired): boolean {
  return list.some((one) => one.startsOn === startsOn);
}

/** Attached and not created as a partition: that would wait for every reader of the table. */
async function addPartition(client: PoolClient, table: string, startsOn: Day): Promise<void> {
  const partition = partitionOf(table, startsOn);
  await client.query(`CREATE TABLE ${partition} (LIKE ${table} INCLUDING ALL) ${STORED_IN_LINE}`);
  await client.query(`ALTER TABLE ${table} ATTACH PARTITION ${partition} FOR VALUES IN ('${startsOn}')`);
}

async function dropPartition(client: PoolClient, partition: string): Promise<DroppedPartition['rows'] | 'not there'> {
  if (!(await isThere(client, partition))) return 'not there';
  const { rows } = await client.query<{ readonly rows: number }>(
    'SELECT reltuples::float8 AS rows FROM pg_class WHERE oid = $1::regclass',
    [partition],
  );
  await client.query(`DROP TABLE ${partition}`);
  const estimate = rows[0]?.rows ?? -1;
  return estimate < 0 ? null : estimate;
}

async function isThere(client: PoolClient, name: string): Promise<boolean> {
  const { rows } = await client.query<{ readonly isThere: boolean }>(
    'SELECT to_regclass($1) IS NOT NULL AS "isThere"',
    [name],
  );
  return rows[0]?.isThere === true;
}
