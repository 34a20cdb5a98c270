import { PitwallError, type ResultId } from '@pitwall/contracts';
import { classifyPostgresError } from '@pitwall/persistence';
import type { PoolClient } from 'pg';
import { INSERT_DECISIONS, insertParameters } from './decision-columns.js';
import type { Decision, StoredDecision } from './decision.js';
import { decodeHeaders } from './published-headers.js';
import type { DecisionStatements, Refusal } from './store-decisions.js';

const READ_STORED = `
  SELECT result_id, origin_topic, origin_partition, origin_offset, encode(origin_digest, 'hex'),
         published_key, published_headers::text, published_value
  FROM decisions WHERE result_id = ANY($1::uuid[])`;

type StoredRow = [ResultId, string, number, string, string, Buffer, string, Buffer];

/** The statements on decisions within one transaction of `client`. */
export class SqlDecisionStatements implements DecisionStatements {
  constructor(private readonly client: PoolClient) {}

  /**
   * Waits for transactions that are inserting the same ids: what such a transaction commits is a conflict here, though this
   * statement cannot see the row.
   */
  async insert(decisions: readonly Decision[]): Promise<readonly ResultId[]> {
    const { rows } = await this.client.query<[ResultId]>({
      name: 'insert-decisions',
      text: INSERT_DECISIONS,
      values: parametersOf(decisions),
      rowMode: 'array',
    });
    return rows.map(([resultId]) => resultId);
  }

  /** Under READ COMMITTED a statement of its own sees what others committed while the insert was waiting. */
  async readStored(resultIds: readonly ResultId[]): Promise<ReadonlyMap<ResultId, StoredDecision>> {
    const { rows } = await this.client.query<StoredRow>({
      name: 'read-stored-decisions',
      text: READ_STORED,
      values: [resultIds],
      rowMode: 'array',
    });
    const stored = new Map(rows.map((row) => [row[0], storedDecision(row)]));
    const missing = resultIds.find((resultId) => !stored.has(resultId));
    if (missing !== undefined) throw vanished(missing);
    return stored;
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
}

/** A number that does not fit into its column, found before PostgreSQL could: refused with the code that it gives. */
class OutOfRangeError extends Error {
  readonly code = '22003';
}

function parametersOf(decisions: readonly Decision[]): Buffer[] {
  try {
    return insertParameters(decisions);
  } catch (error) {
    const { name, message } = error as Error;
    // By name and not by class: where code runs in a context of its own, as in tests, Buffer's errors come from another.
    if (name === 'RangeError') throw new OutOfRangeError(message);
    throw error;
  }
}

function storedDecision(row: StoredRow): StoredDecision {
  const [resultId, topic, partition, offset, digest, key, headers, value] = row;
  return {
    resultId,
    origin: { topic, partition, offset: Number(offset), digest },
    publication: { key, headers: decodeHeaders(headers), value },
  };
}

const vanished = (resultId: ResultId): PitwallError =>
  new PitwallError(
    `The decision ${resultId} stood in the way of an insert and was gone when it was read, so it was deleted in between. The batch is tried again.`,
    { code: 'decision_vanished', retriable: true, details: { resultId } },
  );
