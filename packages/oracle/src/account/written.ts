import { readRows } from './read-rows.js';

/** By what it is: tables as the number of their rows or revisions, partitions as the progress that is stored for them. */
export type Written = ReadonlyMap<string, number>;

const READ = `
  SELECT 'decisions' AS what, count(*)::float8 AS count FROM results.decisions WHERE pipeline = $1
  UNION ALL SELECT 'labels', count(*) FROM results.labels WHERE pipeline = $1
  UNION ALL SELECT 'outcomes', count(*) FROM results.outcomes
  UNION ALL SELECT 'waiting labels', count(*) FROM results.waiting_labels WHERE pipeline = $1
  UNION ALL SELECT 'dead letters', count(*) FROM results.dead_letters WHERE pipeline = $1
  UNION ALL SELECT 'counted records', count(*) FROM monitoring.counted_records WHERE pipeline = $1
  UNION ALL SELECT 'windows', coalesce(sum(revision), 0) FROM monitoring.window_counts WHERE pipeline = $1
  UNION ALL SELECT consumer_group || ' ' || topic || '/' || partition, next_offset
    FROM results.partition_progress WHERE starts_with(topic, $1 || '.')
  UNION ALL SELECT consumer_group || ' ' || topic || '/' || partition, next_offset
    FROM monitoring.partition_progress WHERE starts_with(topic, $1 || '.')`;

/**
 * Everything that the services keep of a pipeline, as numbers: two readings are the same only if nobody has written in between.
 * Epochs are not among them: whoever joins a group raises some.
 */
export async function readWritten(databaseUrl: string, pipeline: string): Promise<Written> {
  const rows = await readRows<{ what: string; count: number }>(databaseUrl, READ, [pipeline]);
  return new Map(rows.map(({ what, count }) => [what, count]));
}
