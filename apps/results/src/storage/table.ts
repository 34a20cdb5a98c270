import { isPlanted } from '@pitwall/failpoints';
import { binaryArray, type ElementType } from './binary-array.js';

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
  /** Its first column is the primary key, or the first part of it: a uuid that is unique. */
  readonly columns: readonly Column<Row>[];
  /** Columns of the unique key, where it has more than the primary key's first. */
  readonly unique?: string;
  /** What is read back of a stored row, after its key. */
  readonly stored: readonly string[];
  readonly storedOf: (values: readonly unknown[]) => Stored;
}

/** Inserts rows that no stored row conflicts with, one array parameter per column, and returns their keys. */
export function insertStatement({ name, columns, unique }: Table<never, unknown>): string {
  const names = columns.map((one) => one.name).join(', ');
  const arrays = columns.map(({ type }, at) => `$${at + 1}::${type}[]`).join(', ');
  const key = keyOf(columns);
  const conflict =
    name === 'decisions' && isPlanted('no_unique_index') ? '' : `ON CONFLICT (${unique ?? key}) DO NOTHING `;
  return `INSERT INTO ${name} (${names}) SELECT * FROM unnest(${arrays}) ${conflict}RETURNING ${key}`;
}

/** Reads back the rows of the keys in $1. */
export function readStatement({ name, columns, stored }: Table<never, unknown>): string {
  const key = keyOf(columns);
  return `SELECT ${[key, ...stored].join(', ')} FROM ${name} WHERE ${key} = ANY($1::uuid[])`;
}

function keyOf(columns: readonly Column<never>[]): string {
  return columns[0]?.name ?? '';
}
