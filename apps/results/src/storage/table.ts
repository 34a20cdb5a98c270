import { isPlanted } from '@pitwall/failpoints';
import { currentGeneration } from '@pitwall/persistence';
import { binaryArray, type ElementType } from './binary-array.js';
import type { Family } from './families.js';

/** One column of an insert: its name, its type and where its value comes from. */
export interface Column<Row> {
  readonly name: string;
  readonly type: string;
  readonly encode: (rows: readonly Row[]) => Buffer;
}

/** A column by its `name type` in PostgreSQL. */
export function column<Row, T>(declaration: string, element: ElementType<T>, of: (row: Row) => T | null): Column<Row> {
  const [name = '', type = ''] = declaration.split(' ');
  return { name, type, encode: (rows) => binaryArray(element, rows, of) };
}

/** A table whose rows never change: what is written of a row, and what is read back where another came first. */
export interface Table<Row, Stored> {
  readonly name: string;
  /** Of which generations its rows are; absent where it has none. */
  readonly family?: Family;
  /** Its first column is the key: a uuid that is unique, within a generation by the primary key, over all of them by the insert. */
  readonly columns: readonly Column<Row>[];
  /** What is read back of a stored row, after its key. */
  readonly stored: readonly string[];
  readonly storedOf: (values: readonly unknown[]) => Stored;
}

/**
 * Inserts rows that no stored row conflicts with, one array parameter per column, and returns their keys.
 *
 * The current generation is guarded by its primary key, which waits for whoever is inserting the same key. All that was written
 * into earlier ones was committed before this transaction began, so the statement sees it: their keys are looked up once, beside
 * the rows and not by a join, which could put the rows into another order.
 */
export function insertStatement(table: Table<never, unknown>): string {
  const { name, family, columns } = table;
  const names = columns.map((one) => one.name).join(', ');
  const arrays = columns.map(({ type }, at) => `$${at + 1}::${type}[]`).join(', ');
  const key = keyOf(columns);
  const conflict = family === undefined ? key : `${key}, generation`;
  return `
    INSERT INTO ${name} (${names}) SELECT * FROM unnest(${arrays}) AS given (${names})
    ${family === undefined ? '' : `WHERE NOT (given.${key} = ANY (ARRAY(${keysOfEarlierGenerations(table, family)})))`}
    ${name === 'decisions' && isPlanted('no_unique_index') ? '' : `ON CONFLICT (${conflict}) DO NOTHING`}
    RETURNING ${key}`;
}

function keysOfEarlierGenerations({ name, columns }: Table<never, unknown>, family: Family): string {
  const key = keyOf(columns);
  return `SELECT ${key} FROM ${name} WHERE ${key} = ANY($1::uuid[]) AND generation < ${currentGeneration(family)}`;
}

/** Reads back the rows of the keys in $1. */
export function readStatement({ name, columns, stored }: Table<never, unknown>): string {
  const key = keyOf(columns);
  return `SELECT ${[key, ...stored].join(', ')} FROM ${name} WHERE ${key} = ANY($1::uuid[])`;
}

function keyOf(columns: readonly Column<never>[]): string {
  return columns[0]?.name ?? '';
}
