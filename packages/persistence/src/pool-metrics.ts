import { ATTR, METRIC, observe } from '@pitwall/telemetry';
import type { Pool } from 'pg';

const MEASURE_EVERY_MS = 15_000;

const SCHEMA_BYTES = `
  SELECT coalesce(sum(pg_total_relation_size(relation.oid)), 0) AS bytes
  FROM pg_class relation JOIN pg_namespace space ON space.oid = relation.relnamespace
  WHERE space.nspname = $1 AND relation.relkind IN ('r', 'm')`;

/** Shows the connections of a pool by state, and how much disk a schema takes. Returns what ends it. */
export function observePool(pool: Pool, schema: string): () => void {
  const ends = [observeConnections(pool), observeSize(pool, schema)];
  return () => {
    for (const end of ends) end();
  };
}

function observeConnections(pool: Pool): () => void {
  return observe(METRIC.databaseConnections, (result) => {
    result.observe(pool.totalCount - pool.idleCount, { [ATTR.connectionState]: 'used' });
    result.observe(pool.idleCount, { [ATTR.connectionState]: 'idle' });
  });
}

/** Measured by a timer and not when metrics are read: a database that hangs must not keep the other metrics back. */
function observeSize(pool: Pool, schema: string): () => void {
  let bytes: number | null = null;
  const measure = async (): Promise<void> => {
    try {
      const { rows } = await pool.query<{ readonly bytes: string }>(SCHEMA_BYTES, [schema]);
      bytes = Number(rows[0]?.bytes);
    } catch {
      // Nothing is known then, and nothing is shown; that the database is away is told by the service's readiness.
      bytes = null;
    }
  };
  void measure();
  const timer = setInterval(() => void measure(), MEASURE_EVERY_MS);
  timer.unref();
  const stop = observe(METRIC.databaseSize, (result) => {
    if (bytes !== null) result.observe(bytes);
  });
  return () => {
    clearInterval(timer);
    stop();
  };
}
