import { Injectable } from '@nestjs/common';
import type { PoolClient } from 'pg';
import type { Change } from './countable.js';
import { changesOf, type CountedLabel } from './counted-labels.js';

/** A label that was replaced in a later generation than its own stays where it was: the latest counts. */
const LOAD = `SELECT DISTINCT ON (result_id) label FROM counted_labels
WHERE pipeline = $1 AND result_id = ANY($2::uuid[]) ORDER BY result_id, generation DESC`;

const SAVE = `INSERT INTO counted_labels (pipeline, result_id, label)
SELECT $1, l.id, l.label FROM UNNEST($2::uuid[], $3::json[]) AS l(id, label)
ON CONFLICT (result_id, pipeline, generation) DO UPDATE SET label = EXCLUDED.label`;

/** Keeps the label by which each decision is counted. All outcomes of a result come on one partition, so one consumer writes it. */
@Injectable()
export class LabelsRepository {
  /** What the labels change, written down in the caller's transaction. */
  async settle(client: PoolClient, pipeline: string, labels: readonly CountedLabel[]): Promise<readonly Change[]> {
    if (labels.length === 0) return [];
    const ids = [...new Set(labels.map(({ resultId }) => resultId))];
    const { rows } = await client.query<{ label: CountedLabel }>({
      name: 'load-counted-labels',
      text: LOAD,
      values: [pipeline, ids],
    });
    const { changes, counted } = changesOf(labels, new Map(rows.map(({ label }) => [label.resultId, label])));
    const best = counted.map((label) => JSON.stringify(label));
    await client.query(SAVE, [pipeline, counted.map(({ resultId }) => resultId), best]);
    return changes;
  }
}
