import { PitwallError } from '@pitwall/contracts';
import { isPlanted } from '@pitwall/failpoints';
import { classifyPostgresError } from '@pitwall/persistence';
import type { PoolClient } from 'pg';
import type { Refusal, RowStatements } from './store-rows.js';
import { insertStatement, readStatement, type Table } from './table.js';

/** The statements on one table within one transaction of `client`. */
export class TableStatements<Row, Stored> implements RowStatements<Row, Stored> {
  /** What a planted bug reads back: what the insert's own snapshot holds. */
  private seenByInsert: ReadonlyMap<string, Stored> | null = null;

  constructor(
    private readonly client: Pick<PoolClient, 'query'>,
    private readonly table: Table<Row, Stored>,
  ) {}

  /**
   * Waits for transactions that are inserting the same keys: what such a transaction commits is a conflict here, though this
   * statement cannot see the row.
   */
  async insert(rows: readonly Row[]): Promise<readonly string[]> {
    const values = this.parametersOf(rows);
    if (isPlanted('read_back_in_same_statement')) await this.lookAhead(values[0] as Buffer);
    const inserted = await this.client.query<[string]>({
      name: `insert-${this.table.name}`,
      text: insertStatement(this.table),
      values,
      rowMode: 'array',
    });
    return inserted.rows.map(([key]) => key);
  }

  /** Under READ COMMITTED a statement of its own sees what others committed while the insert was waiting. */
  async readStored(keys: readonly string[]): Promise<ReadonlyMap<string, Stored>> {
    if (this.seenByInsert !== null) return this.seenByInsert;
    const stored = await this.findStored(keys);
    const missing = keys.find((key) => !stored.has(key));
    if (missing !== undefined) throw vanished(this.table.name, missing);
    return stored;
  }

  /** Like {@link readStored}; keys without a row are absent. The keys may be an encoded array. */
  async findStored(keys: readonly string[] | Buffer): Promise<ReadonlyMap<string, Stored>> {
    const { rows } = await this.client.query<[string, ...unknown[]]>({
      name: `read-${this.table.name}`,
      text: readStatement(this.table),
      values: [keys],
      rowMode: 'array',
    });
    return new Map(rows.map(([key, ...values]) => [key, this.table.storedOf(values)]));
  }

  async undoable<T>(work: () => Promise<T>): Promise<T> {
    await this.client.query('SAVEPOINT part');
    try {
      const result = await work();
      await this.client.query('RELEASE SAVEPOINT part');
      return result;
    } catch (error) {
      await this.client.query('ROLLBACK TO SAVEPOINT part; RELEASE SAVEPOINT part');
      throw error;
    }
  }

  refusalOf(error: unknown): Refusal | null {
    if (classifyPostgresError(error) !== 'row' || !(error instanceof Error)) return null;
    return { kind: 'refused', sqlState: 'code' in error ? String(error.code) : 'unknown', message: error.message };
  }

  private async lookAhead(keys: Buffer): Promise<void> {
    this.seenByInsert = new Map([...(this.seenByInsert ?? []), ...(await this.findStored(keys))]);
  }

  private parametersOf(rows: readonly Row[]): Buffer[] {
    try {
      return this.table.columns.map(({ encode }) => encode(rows));
    } catch (error) {
      const { name, message } = error as Error;
      // By name and not by class: where code runs in a context of its own, as in tests, Buffer's errors come from another.
      if (name === 'RangeError') throw new OutOfRangeError(message);
      throw error;
    }
  }
}

/** A number that does not fit into its column, found before PostgreSQL could: refused with the code that it gives. */
class OutOfRangeError extends Error {
  readonly code = '22003';
}

const vanished = (table: string, key: string): PitwallError =>
  new PitwallError(
    `The row ${key} of ${table} stood in the way of an insert and was gone when it was read, so it was deleted in between. The batch is tried again.`,
    { code: 'row_vanished', retriable: true, details: { table, key } },
  );
