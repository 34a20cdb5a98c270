import { readRows } from './read-rows.js';

/** How far a consumer of a database service says it has come. */
export interface StoredProgress {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  readonly nextOffset: number;
}

const READ = ['results', 'monitoring']
  .map(
    (schema) => `SELECT consumer_group AS "group", topic, partition, next_offset::float8 AS "nextOffset"
      FROM ${schema}.partition_progress WHERE starts_with(topic, $1)`,
  )
  .join(' UNION ALL ');

/** Reads the progress of all consumers of a pipeline's topics that keep it in PostgreSQL. */
export function readProgress(databaseUrl: string, pipeline: string): Promise<readonly StoredProgress[]> {
  return readRows<StoredProgress>(databaseUrl, READ, [`${pipeline}.`]);
}
