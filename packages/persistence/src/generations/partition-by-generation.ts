import type { QueryRunner } from 'typeorm';
import { currentGeneration, partitionOf, STORED_IN_LINE } from './generation-family.js';
import type { Day } from './generation-rules.js';

/** A table that is to be cut by generations. */
export interface GenerationTable {
  readonly table: string;
  /** Columns of its primary key, `a, b`; the generation comes after them. */
  readonly key: string;
}

/**
 * For a migration: makes a table that is there one of `family`, with all of its indexes. Rows that it holds become the first
 * generation. Uniqueness holds
 * within a generation from then on: who inserts has to look into the earlier ones, which cannot change any more.
 */
export async function partitionByGeneration(
  runner: QueryRunner,
  family: string,
  { table, key }: GenerationTable,
): Promise<void> {
  await runner.query(BOOKS);
  await runner.query("INSERT INTO generations VALUES ($1, (now() AT TIME ZONE 'UTC')::date) ON CONFLICT DO NOTHING", [
    family,
  ]);
  const [first] = (await runner.query(
    'SELECT min(starts_on)::text AS "startsOn" FROM generations WHERE family = $1 AND dropped_at IS NULL',
    [family],
  )) as [{ readonly startsOn: Day }];
  const indexes = (await runner.query(
    'SELECT indexdef AS definition FROM pg_indexes WHERE schemaname = current_schema() AND tablename = $1 AND indexname <> $2',
    [table, `${table}_pkey`],
  )) as readonly { readonly definition: string }[];
  await runner.query(`ALTER TABLE ${table} RENAME TO ${table}_whole`);
  await runner.query(`
    CREATE TABLE ${table} (
      LIKE ${table}_whole INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE,
      generation date NOT NULL DEFAULT ${currentGeneration(family)}
    ) PARTITION BY LIST (generation)`);
  const partition = partitionOf(table, first.startsOn);
  await runner.query(
    `CREATE TABLE ${partition} PARTITION OF ${table} FOR VALUES IN ('${first.startsOn}') ${STORED_IN_LINE}`,
  );
  await runner.query(`INSERT INTO ${table} SELECT whole.*, '${first.startsOn}' FROM ${table}_whole AS whole`);
  await runner.query(`DROP TABLE ${table}_whole`);
  await runner.query(`ALTER TABLE ${table} ADD CONSTRAINT ${table}_pkey PRIMARY KEY (${key}, generation)`);
  for (const { definition } of indexes) await runner.query(definition);
}

/** Which generations there are and were, and how long each pipeline wants their rows to be kept. */
const BOOKS = `
  CREATE TABLE IF NOT EXISTS generations (
    family      text NOT NULL,
    starts_on   date NOT NULL,
    dropped_at  timestamptz,
    CONSTRAINT generations_pkey PRIMARY KEY (family, starts_on)
  );
  CREATE TABLE IF NOT EXISTS retention_policies (
    family    text NOT NULL,
    pipeline  text NOT NULL,
    days      integer NOT NULL CHECK (days > 0),
    CONSTRAINT retention_policies_pkey PRIMARY KEY (family, pipeline)
  )`;
