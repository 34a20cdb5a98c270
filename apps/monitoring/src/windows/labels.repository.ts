import { Injectable } from '@nestjs/common';
import type { PoolClient } from 'pg';
import type { Change } from './countable.js';
import { changesOf, type CountedLabel } from './counted-labels.js';

const LOAD = 'SELECT label FROM counted_labels WHERE pipeline = $1 AND result_id = ANY($2::uuid[])';

const SAVE = `INSERT INTO counted_labels (pipeline, result_id, label)
SELECT $1, l.id, l.label FROM UNNEST($2::uuid[], $3::json[]) AS l(id, label)
ON CONFLICT (result_id, pipeline) DO UPDATE SET label = EXCLUDED.label`;

/** Keeps the label by which each decision is counted. All outcomes of a result come on one partition, so one consumer writes it. */
@Injectable()
export class LabelsRepository {
  /** What the labels change, written down in the caller's transaction. */
  async settle(client: PoolClient, pipeline: string, labels: readonly CountedLabel[]): Promise<readonly Change[]> {
    if (labels.length === 0) return [];
    const ids = [...new Set(labels.map(({ resultId }) => resultId))];
    const { rows } = await client.query<{ label: CountedLabel }>(LOAD, [pipeline, ids]);
    const { changes, counted } = changesOf(labels, new Map(rows.map(({ label }) => [label.resultId, label])));
    const best = counted.map((label) => JSON.stringify(label));
    await client.query(SAVE, [pipeline, counted.map(({ resultId }) => resultId), best]);
    return changes;
  }
}
