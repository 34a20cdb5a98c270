import { formatOrigin } from '@pitwall/contracts';
import type { PoolClient } from 'pg';
import { ELEMENT } from '../storage/binary-array.js';
import type { Publication } from '../storage/publication.js';
import { decodeHeaders, encodeHeaders } from '../storage/published-headers.js';
import { type RowRules, sortedFirsts, statementsOf } from '../storage/store-rows.js';
import { TableStatements } from '../storage/table-statements.js';
import { column, type Table } from '../storage/table.js';
import type { PublishedResult } from './published-result.js';

const { uuid, text, bytea, json } = ELEMENT;

const PUBLISHED_RESULTS: Table<PublishedResult, null> = {
  name: 'published_results',
  columns: [
    column('result_id uuid', uuid, ({ result }) => result.resultId),
    column('origin text', text, ({ origin }) => formatOrigin(origin)),
    column('published_key bytea', bytea, ({ publication }) => publication.key),
    column('published_headers json', json, ({ publication }) => encodeHeaders(publication.headers)),
    column('published_value bytea', bytea, ({ publication }) => publication.value),
  ],
  stored: [],
  storedOf: () => null,
};

const RULES: Pick<RowRules<PublishedResult, null, unknown>, 'keyOf' | 'bytesOf'> = {
  keyOf: ({ result }) => result.resultId,
  bytesOf: ({ publication }) => publication.value.length + 500,
};

const CREATE = `
  CREATE TEMPORARY TABLE published_results (
    result_id          uuid PRIMARY KEY,
    origin             text NOT NULL,
    published_key      bytea NOT NULL,
    published_headers  json NOT NULL,
    published_value    bytea NOT NULL,
    is_taken           boolean NOT NULL DEFAULT false
  )`;

/** Which of the decisions in $1 are not stored. */
const FIND_MISSING = `
  SELECT wanted.result_id FROM unnest($1::uuid[]) AS wanted (result_id)
  WHERE NOT EXISTS (SELECT FROM decisions WHERE decisions.result_id = wanted.result_id)`;

const FIND_UNKNOWN = `${FIND_MISSING}
  AND NOT EXISTS (SELECT FROM published_results WHERE published_results.result_id = wanted.result_id)`;

const TAKE = `
  UPDATE published_results AS published SET is_taken = true
  FROM unnest($1::uuid[], $2::text[]) AS wanted (result_id, origin)
  WHERE published.result_id = wanted.result_id AND published.origin = wanted.origin AND NOT published.is_taken
  RETURNING published.result_id, published.published_key, published.published_headers::text, published.published_value`;

/** A decision that somebody looks for: of the raw record at `origin`, in the form of the header. */
export interface WantedResult {
  readonly resultId: string;
  readonly origin: string;
}

/**
 * Results that were published and whose decisions are not stored, in a table that goes with the connection: there may be more of
 * them than memory holds.
 */
export class PublishedResults {
  /** How many there are. */
  missing = 0;
  /** How many of them were taken. */
  taken = 0;

  private constructor(
    private readonly client: PoolClient,
    private readonly table: TableStatements<PublishedResult, null>,
  ) {}

  static async begin(client: PoolClient): Promise<PublishedResults> {
    await client.query(CREATE);
    return new PublishedResults(client, new TableStatements(client, PUBLISHED_RESULTS));
  }

  /** Keeps those whose decisions are not stored; copies are the same bytes and kept once. */
  async keepMissing(results: readonly PublishedResult[]): Promise<void> {
    const missing = new Set(
      await this.find(
        FIND_MISSING,
        results.map(({ result }) => result.resultId),
      ),
    );
    const rows = sortedFirsts(
      results.filter(({ result }) => missing.has(result.resultId)),
      RULES,
    );
    for (const part of statementsOf(rows, RULES)) this.missing += (await this.table.insert(part)).length;
  }

  /** To be called once, before any is taken: nobody else counts the rows of a temporary table for the planner. */
  async allKept(): Promise<void> {
    await this.client.query('ANALYZE published_results');
  }

  /** What was published of these, each given once. */
  async take(wanted: readonly WantedResult[]): Promise<ReadonlyMap<string, Publication>> {
    const { rows } = await this.client.query<[string, Buffer, string, Buffer]>({
      name: 'take-published-results',
      text: TAKE,
      values: [wanted.map(({ resultId }) => resultId), wanted.map(({ origin }) => origin)],
      rowMode: 'array',
    });
    this.taken += rows.length;
    return new Map(rows.map(([id, key, headers, value]) => [id, { key, headers: decodeHeaders(headers), value }]));
  }

  /** Which of these are neither stored nor published. */
  async findUnknown(resultIds: readonly string[]): Promise<ReadonlySet<string>> {
    return new Set(await this.find(FIND_UNKNOWN, resultIds));
  }

  private async find(statement: string, resultIds: readonly string[]): Promise<string[]> {
    if (resultIds.length === 0) return [];
    const { rows } = await this.client.query<[string]>({ text: statement, values: [resultIds], rowMode: 'array' });
    return rows.map(([id]) => id);
  }
}
