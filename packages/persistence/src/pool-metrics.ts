import { ATTR, METRIC, observe } from '@pitwall/telemetry';
import type { Pool } from 'pg';

/** Shows the connections of a pool by state whenever metrics are read. Returns what ends it. */
export function observePool(pool: Pool): () => void {
  return observe(METRIC.databaseConnections, (result) => {
    result.observe(pool.totalCount - pool.idleCount, { [ATTR.connectionState]: 'used' });
    result.observe(pool.idleCount, { [ATTR.connectionState]: 'idle' });
  });
}
