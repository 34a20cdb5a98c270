import { Inject, Injectable } from '@nestjs/common';
import type { ResultId } from '@pitwall/contracts';
import type { Database } from '@pitwall/persistence';
import { DATABASE } from '@pitwall/runtime';
import type { DecisionRow } from './decision-view.js';

const SELECT_DECISION = `
  SELECT source, origin_topic AS "originTopic", origin_partition AS "originPartition", origin_offset AS "originOffset",
         origin_appended_at AS "originAppendedAt", encode(origin_digest, 'hex') AS "originDigest",
         prediction::text AS prediction, published_value AS "publishedValue"
  FROM decisions`;

/** Reads decisions for people. */
@Injectable()
export class DecisionsRepository {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  async findByResultId(resultId: ResultId): Promise<DecisionRow | null> {
    const { rows } = await this.database.pool.query<DecisionRow>(`${SELECT_DECISION} WHERE result_id = $1`, [resultId]);
    return rows[0] ?? null;
  }

  /** The decisions of one event id, one per source, at most `limit`. */
  async findByEventId(pipeline: string, eventId: string, limit: number): Promise<DecisionRow[]> {
    const { rows } = await this.database.pool.query<DecisionRow>(
      `${SELECT_DECISION} WHERE pipeline = $1 AND event_id = $2 ORDER BY source LIMIT $3`,
      [pipeline, eventId, limit],
    );
    return rows;
  }
}
