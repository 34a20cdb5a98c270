import { isPlanted } from '@pitwall/failpoints';
import { bisect } from './bisect.js';

/** What one statement may carry: more saves round trips, less saves memory in the server. */
const STATEMENT_LIMITS = { maxRows: 1000, maxBytes: 8 * 1024 * 1024 };

/** The statements of one transaction on one table. A fake of it is enough to test every rule of this file. */
export interface RowStatements<Row, Stored> {
  /** Inserts what does not conflict and answers the keys of those rows. */
  insert(rows: readonly Row[]): Promise<readonly string[]>;
  /** Reads, in a statement of its own, what is stored under keys that conflicted. Rejects where one is not there. */
  readStored(keys: readonly string[]): Promise<ReadonlyMap<string, Stored>>;
  /** Runs `work` so that only its own writes are undone when it rejects. */
  undoable<T>(work: () => Promise<T>): Promise<T>;
  /** The refusal behind an error that is the fault of a row; null for any other error. */
  refusalOf(error: unknown): Refusal | null;
}

/** PostgreSQL cannot store this row. */
export interface Refusal {
  readonly kind: 'refused';
  readonly sqlState: string;
  readonly message: string;
}

/** What the rows of a table are to each other. */
export interface RowRules<Row, Stored, Settled> {
  /** The primary key, a uuid in lower case: the order of such texts is that of PostgreSQL. */
  readonly keyOf: (row: Row) => string;
  /** About how much of a statement the row takes. */
  readonly bytesOf: (row: Row) => number;
  /** What would be read back of the row. */
  readonly storedOf: (row: Row) => Stored;
  readonly inserted: (row: Row) => Settled;
  /** What a row is that lost to the stored one of its key. */
  readonly conflict: (row: Row, stored: Stored) => Settled;
}

/** How rows are stored, {@link storeRows} or {@link storeRowsApart}. */
export type StoreRows = typeof storeRows;

interface Inserted<Row> {
  readonly keys: ReadonlySet<string>;
  readonly refused: ReadonlyMap<Row, Refusal>;
}

interface Storing<Row, Stored, Settled> {
  readonly statements: RowStatements<Row, Stored>;
  readonly rules: RowRules<Row, Stored, Settled>;
  readonly insert: (rows: readonly Row[]) => Promise<Inserted<Row>>;
  readonly settled: Map<Row, Settled | Refusal>;
}

/**
 * Settles the rows of a batch inside the caller's transaction: one settlement each, in the order given. The first of a key
 * wins; the others of the batch are conflicts with it, just as if it had come in an earlier batch.
 * A row that PostgreSQL refuses rejects the whole; {@link storeRowsApart} then finds it.
 */
export function storeRows<Row, Stored, Settled>(
  statements: RowStatements<Row, Stored>,
  rules: RowRules<Row, Stored, Settled>,
  rows: readonly Row[],
): Promise<(Settled | Refusal)[]> {
  const insert = async (part: readonly Row[]): Promise<Inserted<Row>> => ({
    keys: new Set(await statements.insert(part)),
    refused: new Map(),
  });
  return settle({ statements, rules, insert, settled: new Map() }, rows);
}

/** Like {@link storeRows}, slower: rows that PostgreSQL refuses are settled as `refused`, and the rest goes through. */
export function storeRowsApart<Row, Stored, Settled>(
  statements: RowStatements<Row, Stored>,
  rules: RowRules<Row, Stored, Settled>,
  rows: readonly Row[],
): Promise<(Settled | Refusal)[]> {
  const insert = async (all: readonly Row[]): Promise<Inserted<Row>> => {
    const { results, refused } = await bisect(all, {
      attempt: (part) => statements.undoable(() => statements.insert(part)),
      isRowError: (error) => statements.refusalOf(error) !== null,
    });
    return {
      keys: new Set(results.flat()),
      refused: new Map(refused.map(({ row, error }) => [row, statements.refusalOf(error) as Refusal])),
    };
  };
  return settle({ statements, rules, insert, settled: new Map() }, rows);
}

async function settle<Row, Stored, Settled>(
  storing: Storing<Row, Stored, Settled>,
  rows: readonly Row[],
): Promise<(Settled | Refusal)[]> {
  const { rules, settled } = storing;
  let pending = rows;
  // A second round happens only where the first of a key was refused and another of the batch takes its place.
  while (pending.length > 0) {
    const stored = await storeFirsts(storing, pending);
    for (const row of pending) {
      const first = stored.get(rules.keyOf(row));
      if (first !== undefined && !settled.has(row)) settled.set(row, rules.conflict(row, first));
      else if (isPlanted('read_back_in_same_statement') && !settled.has(row)) settled.set(row, rules.inserted(row));
    }
    pending = pending.filter((row) => !settled.has(row));
  }
  return rows.map((row) => settled.get(row) as Settled | Refusal);
}

/** Inserts the first row of each key; answers what is stored now under every key that has a row. */
async function storeFirsts<Row, Stored, Settled>(
  { statements, rules, insert, settled }: Storing<Row, Stored, Settled>,
  pending: readonly Row[],
): Promise<Map<string, Stored>> {
  const stored = new Map<string, Stored>();
  const conflicting: string[] = [];
  for (const rows of statementsOf(sortedFirsts(pending, rules), rules, STATEMENT_LIMITS)) {
    const { keys, refused } = await insert(rows);
    for (const row of rows) {
      const key = rules.keyOf(row);
      const refusal = refused.get(row);
      if (refusal !== undefined) settled.set(row, refusal);
      else if (keys.has(key)) {
        settled.set(row, rules.inserted(row));
        stored.set(key, rules.storedOf(row));
      } else conflicting.push(key);
    }
  }
  if (conflicting.length > 0) {
    for (const [key, row] of await statements.readStored(conflicting)) stored.set(key, row);
  }
  return stored;
}

type Keyed<Row> = Pick<RowRules<Row, never, unknown>, 'keyOf'>;

/**
 * The first row of each key, ascending by key: the order in which every transaction takes its locks, so that two of them
 * cannot deadlock.
 */
export function sortedFirsts<Row>(rows: readonly Row[], { keyOf }: Keyed<Row>): Row[] {
  const first = new Map<string, Row>();
  for (const row of rows) {
    const key = keyOf(row);
    if (!first.has(key)) first.set(key, row);
  }
  return [...first].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}

export interface StatementLimits {
  readonly maxRows: number;
  readonly maxBytes: number;
}

/** Cuts rows into statements of at most `maxRows` rows and about `maxBytes`; a larger row stands alone. */
export function* statementsOf<Row>(
  rows: readonly Row[],
  { bytesOf }: Pick<RowRules<Row, never, unknown>, 'bytesOf'>,
  limits: StatementLimits = STATEMENT_LIMITS,
): Generator<readonly Row[], void, void> {
  let from = 0;
  let bytes = 0;
  for (let at = 0; at < rows.length; at += 1) {
    const size = bytesOf(rows[at] as Row);
    if (at > from && (at - from === limits.maxRows || bytes + size > limits.maxBytes)) {
      yield rows.slice(from, at);
      from = at;
      bytes = 0;
    }
    bytes += size;
  }
  if (from < rows.length) yield rows.slice(from);
}
