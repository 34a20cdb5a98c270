import { Client } from 'pg';
import { type IdentityKey, identityKey, type Position } from './record-parts.js';

/** A decision as PostgreSQL has it. */
export interface StoredDecision {
  readonly resultId: string;
  readonly position: Position;
  readonly digest: string;
}

interface Row {
  readonly result_id: string;
  readonly source: string;
  readonly event_id: string;
  readonly position: string;
  readonly digest: string;
}

/** Every decision of a pipeline by its identity, several where there should be one. */
export async function readDecisions(
  databaseUrl: string,
  pipeline: string,
): Promise<ReadonlyMap<IdentityKey, readonly StoredDecision[]>> {
  const client = new Client({ connectionString: databaseUrl, application_name: 'pitwall-oracle' });
  await client.connect();
  try {
    const { rows } = await client.query<Row>(
      `SELECT result_id, source, event_id, origin_partition || ':' || origin_offset AS position,
              encode(origin_digest, 'hex') AS digest
         FROM results.decisions WHERE pipeline = $1`,
      [pipeline],
    );
    const decisions = new Map<IdentityKey, StoredDecision[]>();
    for (const { source, event_id: id, result_id: resultId, position, digest } of rows) {
      const key = identityKey(source, id);
      const known = decisions.get(key);
      if (known === undefined) decisions.set(key, [{ resultId, position, digest }]);
      else known.push({ resultId, position, digest });
    }
    return decisions;
  } finally {
    await client.end();
  }
}
