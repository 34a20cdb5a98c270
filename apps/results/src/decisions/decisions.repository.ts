import { Inject, Injectable } from '@nestjs/common';
import { PitwallError, type ResultId } from '@pitwall/contracts';
import { classifyPostgresError, type Database, DATABASE_UNAVAILABLE } from '@pitwall/persistence';
import { DATABASE } from '@pitwall/runtime';
import type { DecisionRow } from './decision-view.js';

const SELECT_DECISION = `
  SELECT source, origin_topic AS "originTopic", origin_partition AS "originPartition", origin_offset AS "originOffset",
         origin_appended_at AS "originAppendedAt", encode(origin_digest, 'hex') AS "originDigest",
         prediction::text AS prediction, published_value AS "publishedValue"
  FROM decisions`;

/** Reads decisions for people. Rejects with a retriable `database_unavailable` while PostgreSQL does not answer. */
@Injectable()
export class DecisionsRepository {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  async findByResultId(resultId: ResultId): Promise<DecisionRow | null> {
    const [row = null] = await this.query(`${SELECT_DECISION} WHERE result_id = $1`, [resultId]);
    return row;
  }

  /** The decisions of one event id, one per source, at most `limit`. */
  findByEventId(pipeline: string, eventId: string, limit: number): Promise<DecisionRow[]> {
    const where = 'WHERE pipeline = $1 AND event_id = $2 ORDER BY source LIMIT $3';
    return this.query(`${SELECT_DECISION} ${where}`, [pipeline, eventId, limit]);
  }

  private async query(text: string, values: readonly (string | number)[]): Promise<DecisionRow[]> {
    try {
      const { rows } = await this.database.pool.query<DecisionRow>(text, [...values]);
      return rows;
    } catch (error) {
      if (classifyPostgresError(error) !== 'unavailable') throw error;
      throw new PitwallError('Decisions cannot be read: PostgreSQL does not answer. It goes on by itself.', {
        code: DATABASE_UNAVAILABLE,
        retriable: true,
        cause: error,
      });
    }
  }
}
