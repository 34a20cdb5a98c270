import type { Day } from './generation-rules.js';

/** Tables that are cut by time together: each generation is a partition of each of them. */
export interface GenerationFamily {
  /** Letters and `_`. */
  readonly name: string;
  /** Partitioned by `generation`, see `partitionByGeneration`. */
  readonly tables: readonly string[];
  /** Small tables whose rows are about rows of `tables` that were written before them; deleted, in this order, row by row. */
  readonly satellites: readonly Satellite[];
}

/** A table whose rows go when what they are about has gone. */
export interface Satellite {
  readonly table: string;
  /** SQL on its columns: written before `$1`, a timestamptz. */
  readonly isOlder: string;
}

/** SQL: the generation that rows of a family are written into, within a transaction of `Database`. An error outside of one. */
export function currentGeneration(family: string): string {
  return `current_setting('pitwall.${family}')::date`;
}

/**
 * How partitions keep their rows. A row of a decision has 2 to 3 kB: PostgreSQL would compress it bit by bit and put most of it
 * into a table of its own, which costs as much as all the rest of writing it. Only what does not fit into a page is treated so.
 */
export const STORED_IN_LINE = 'WITH (toast_tuple_target = 8160)';

/** Name of a table's partition. */
export function partitionOf(table: string, startsOn: Day): string {
  return `${table}_${startsOn.replaceAll('-', '')}`;
}

/**
 * Begins a transaction in a schema with generations, in one round trip. The lock keeps the next generation from beginning until
 * the transaction ends. Each statement of it has a snapshot of its own: the one that reads the generation was taken with the lock
 * in hand, so nobody can be writing into another one.
 */
export const BEGIN_IN_GENERATION = `
  BEGIN ISOLATION LEVEL READ COMMITTED;
  LOCK TABLE generations IN ROW SHARE MODE;
  SELECT set_config('pitwall.' || family, max(starts_on)::text, true) FROM generations GROUP BY family`;
