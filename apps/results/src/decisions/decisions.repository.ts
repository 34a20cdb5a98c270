import { Inject, Injectable } from '@nestjs/common';
import type { KnownDecision, ResultId } from '@pitwall/contracts';
import type { Database } from '@pitwall/persistence';
import { DATABASE } from '@pitwall/runtime';
import { readable } from '../storage/readable.js';
import type { DecisionRow } from './decision-view.js';
import type { DecisionsQuery } from './decisions-query.js';

const SELECT_DECISION = `
  SELECT result_id AS "resultId", source, event_at AS "eventAt",
         origin_topic AS "originTopic", origin_partition AS "originPartition", origin_offset AS "originOffset",
         origin_appended_at AS "originAppendedAt", encode(origin_digest, 'hex') AS "originDigest",
         prediction::text AS prediction, published_value AS "publishedValue"
  FROM decisions`;

const LOOK_UP = `
  SELECT result_id AS "resultId", decision, decided_at AS "decidedAt", origin_topic AS "originTopic",
         origin_partition AS "originPartition", origin_offset AS "originOffset", encode(origin_digest, 'hex') AS "originDigest"
  FROM decisions WHERE result_id = ANY($1::uuid[])`;

interface LookedUpRow {
  readonly resultId: ResultId;
  readonly decision: string;
  readonly decidedAt: Date;
  readonly originTopic: string;
  readonly originPartition: number;
  /** int8 as text. */
  readonly originOffset: string;
  readonly originDigest: string;
}

function knownDecisionOf(row: LookedUpRow): KnownDecision {
  return {
    resultId: row.resultId,
    decision: row.decision,
    decidedAt: row.decidedAt.toISOString(),
    origin: {
      topic: row.originTopic,
      partition: row.originPartition,
      offset: Number(row.originOffset),
      digest: row.originDigest,
    },
  };
}

/** A decision in a list. */
export interface ListedDecision {
  readonly resultId: ResultId;
  readonly eventAt: Date;
  /** The result message, as it was published. */
  readonly publishedValue: Buffer;
}

/** Reads decisions for people. Rejects with a retriable `database_unavailable` while PostgreSQL does not answer. */
@Injectable()
export class DecisionsRepository {
  constructor(@Inject(DATABASE) private readonly database: Pick<Database, 'pool'>) {}

  async findByResultId(resultId: ResultId): Promise<DecisionRow | null> {
    const [row = null] = await this.query<DecisionRow>(`${SELECT_DECISION} WHERE result_id = $1`, [resultId]);
    return row;
  }

  /** Those of the results that there are, by their ids. */
  async lookUp(resultIds: readonly ResultId[]): Promise<ReadonlyMap<ResultId, KnownDecision>> {
    const rows = await this.query<LookedUpRow>(LOOK_UP, [resultIds]);
    return new Map(rows.map((row) => [row.resultId, knownDecisionOf(row)]));
  }

  /** The decisions of one event id, one per source, at most `limit`. */
  findByEventId(pipeline: string, eventId: string, limit: number): Promise<DecisionRow[]> {
    const where = 'WHERE pipeline = $1 AND event_id = $2 ORDER BY source LIMIT $3';
    return this.query<DecisionRow>(`${SELECT_DECISION} ${where}`, [pipeline, eventId, limit]);
  }

  /** One decision more than is asked for, where there are more: so that it is known. Newest first by event time. */
  list(pipeline: string, { entity, from, to, decision, cursor, limit }: DecisionsQuery): Promise<ListedDecision[]> {
    const values: unknown[] = [pipeline];
    const parameter = (value: unknown): string => `$${values.push(value)}`;
    const conditions = [
      'pipeline = $1',
      ...(entity === undefined ? [] : [`entity = ${parameter(entity)}`]),
      ...(from === undefined ? [] : [`event_at >= ${parameter(from)}`]),
      ...(to === undefined ? [] : [`event_at < ${parameter(to)}`]),
      ...(decision === undefined ? [] : [`decision = ${parameter(decision)}`]),
      ...(cursor === undefined ? [] : [`(event_at, result_id) < (${parameter(cursor.at)}, ${parameter(cursor.id)})`]),
    ].join(' AND ');
    return this.query<ListedDecision>(
      `SELECT result_id AS "resultId", event_at AS "eventAt", published_value AS "publishedValue"
       FROM decisions WHERE ${conditions} ORDER BY event_at DESC, result_id DESC LIMIT ${parameter(limit + 1)}`,
      values,
    );
  }

  private async query<Row extends object>(text: string, values: readonly unknown[]): Promise<Row[]> {
    return (await readable(() => this.database.pool.query<Row>(text, [...values]))).rows;
  }
}
