import type { OutcomeId, ResultId } from '@pitwall/contracts';
import type { PoolClient } from 'pg';
import type { Publication } from '../storage/publication.js';
import { decodeHeaders } from '../storage/published-headers.js';
import { TableStatements } from '../storage/table-statements.js';
import { type LabelToJoin, type OutcomeStatements, revisionKey } from './join-labels.js';
import type { Outcome } from './outcome.js';
import { OUTCOMES } from './outcomes-table.js';

const READ_DECISIONS = `
  SELECT result_id, published_key, published_headers::text, published_value
  FROM decisions WHERE result_id = ANY($1::uuid[])`;

const READ_HIGHEST = `
  SELECT result_id, label_source, max(revision)
  FROM labels WHERE result_id = ANY($1::uuid[]) GROUP BY result_id, label_source`;

const READ_LABELS = `
  SELECT outcome_id, result_id, label, label_source, revision, observed_at
  FROM labels WHERE result_id = ANY($1::uuid[])`;

const KEEP_WAITING = `
  INSERT INTO waiting_labels (outcome_id, result_id, pipeline)
  SELECT outcome_id, result_id, pipeline FROM labels WHERE outcome_id = ANY($1::uuid[]) ORDER BY outcome_id
  ON CONFLICT (outcome_id) DO NOTHING`;

const END_WAITING = 'DELETE FROM waiting_labels WHERE outcome_id = ANY($1::uuid[])';

/** A label as it is stored, without what only matters to its own record. */
export type WaitingLabel = Omit<LabelToJoin, 'cause'>;

/** What joining needs of one transaction of `client`. */
export class SqlJoinStatements implements OutcomeStatements {
  private readonly outcomes: TableStatements<Outcome, Publication>;

  constructor(private readonly client: Pick<PoolClient, 'query'>) {
    this.outcomes = new TableStatements(client, OUTCOMES);
  }

  insert(outcomes: readonly Outcome[]): Promise<readonly string[]> {
    return this.outcomes.insert(outcomes);
  }

  findStored(outcomeIds: readonly string[]): Promise<ReadonlyMap<string, Publication>> {
    return this.outcomes.findStored(outcomeIds);
  }

  /** What was published of the decisions that are there. */
  async readDecisions(resultIds: readonly ResultId[]): Promise<ReadonlyMap<ResultId, Publication>> {
    const { rows } = await this.client.query<[ResultId, Buffer, string, Buffer]>({
      name: 'read-decisions-to-join',
      text: READ_DECISIONS,
      values: [resultIds],
      rowMode: 'array',
    });
    return new Map(rows.map(([id, key, headers, value]) => [id, { key, headers: decodeHeaders(headers), value }]));
  }

  /** The highest revision of each source, by {@link revisionKey}. */
  async readHighestRevisions(resultIds: readonly ResultId[]): Promise<ReadonlyMap<string, number>> {
    const { rows } = await this.client.query<[ResultId, string, string]>({
      name: 'read-highest-revisions',
      text: READ_HIGHEST,
      values: [resultIds],
      rowMode: 'array',
    });
    return new Map(
      rows.map(([resultId, labelSource, revision]) => [revisionKey({ resultId, labelSource }), Number(revision)]),
    );
  }

  /** Remembers labels without a decision, so that they can be counted without reading all labels. */
  async keepWaiting(outcomeIds: readonly OutcomeId[]): Promise<void> {
    await this.client.query({ name: 'keep-waiting', text: KEEP_WAITING, values: [outcomeIds] });
  }

  async endWaiting(outcomeIds: readonly OutcomeId[]): Promise<void> {
    await this.client.query({ name: 'end-waiting', text: END_WAITING, values: [outcomeIds] });
  }
}

/** The labels of these results, whoever gave them, as they are committed at this moment. */
export async function readLabels(
  client: Pick<PoolClient, 'query'>,
  resultIds: readonly ResultId[],
): Promise<WaitingLabel[]> {
  const { rows } = await client.query<[OutcomeId, ResultId, string, string, string, Date]>({
    name: 'find-labels-of-results',
    text: READ_LABELS,
    values: [resultIds],
    rowMode: 'array',
  });
  return rows.map(([outcomeId, resultId, label, labelSource, revision, observedAt]) => ({
    outcomeId,
    resultId,
    label,
    labelSource,
    revision: Number(revision),
    observedAt: observedAt.getTime(),
  }));
}
