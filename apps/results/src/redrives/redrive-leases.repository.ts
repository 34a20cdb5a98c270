import { Inject, Injectable } from '@nestjs/common';
import type { Database } from '@pitwall/persistence';
import { DATABASE } from '@pitwall/runtime';
import type { PoolClient } from 'pg';

/** The right to carry a redrive out, until it expires or somebody else has taken it after that. */
export interface RedriveLease {
  readonly redriveId: string;
  readonly pipeline: string;
  readonly ratePerSecond: number;
  readonly epoch: number;
}

interface ClaimedRow {
  readonly redriveId: string;
  readonly pipeline: string;
  readonly ratePerSecond: number;
  readonly epoch: string;
}

const UNTIL = "clock_timestamp() + $1 * interval '1 ms'";

/** SKIP LOCKED: instances that look at the same moment take different redrives. */
const CLAIM = `
  UPDATE redrives SET epoch = epoch + 1, leased_until = ${UNTIL}
  WHERE redrive_id = (
    SELECT redrive_id FROM redrives
    WHERE state IN ('running', 'cancelling') AND pipeline = ANY($2)
      AND (leased_until IS NULL OR leased_until < clock_timestamp())
    ORDER BY created_at LIMIT 1 FOR UPDATE SKIP LOCKED
  )
  RETURNING redrive_id AS "redriveId", pipeline, rate_per_second AS "ratePerSecond", epoch`;

const RENEW = `
  UPDATE redrives SET leased_until = ${UNTIL} WHERE redrive_id = $2 AND epoch = $3 RETURNING state`;

/** Leases on redrives, by the clock of the database. */
@Injectable()
export class RedriveLeasesRepository {
  constructor(@Inject(DATABASE) private readonly database: Pick<Database, 'pool' | 'transaction'>) {}

  /** Takes the oldest redrive of these pipelines that nobody carries out; null where there is none. */
  async claim(pipelines: readonly string[], leaseMs: number): Promise<RedriveLease | null> {
    const { rows } = await this.database.pool.query<ClaimedRow>(CLAIM, [leaseMs, pipelines]);
    const [row] = rows;
    return row === undefined ? null : { ...row, epoch: Number(row.epoch) };
  }

  /** False where somebody else has taken it. */
  async renew(lease: RedriveLease, leaseMs: number): Promise<boolean> {
    return (await renewIn(this.database.pool, lease, leaseMs)) !== null;
  }

  /** Lets another take it at once; nothing where somebody has. */
  async release({ redriveId, epoch }: RedriveLease): Promise<void> {
    await this.database.pool.query('UPDATE redrives SET leased_until = NULL WHERE redrive_id = $1 AND epoch = $2', [
      redriveId,
      epoch,
    ]);
  }

  /** Says why it does not go on, or with null that it does. */
  async note({ redriveId, epoch }: RedriveLease, error: string | null): Promise<void> {
    await this.database.pool.query('UPDATE redrives SET last_error = $3 WHERE redrive_id = $1 AND epoch = $2', [
      redriveId,
      epoch,
      error,
    ]);
  }
}

/**
 * Renews a lease inside a transaction, whose lock on the redrive keeps everybody else away until its end. Answers the state of
 * the redrive; null where somebody else has taken it.
 */
export async function renewIn(
  client: Pick<PoolClient, 'query'>,
  { redriveId, epoch }: RedriveLease,
  leaseMs: number,
): Promise<string | null> {
  const { rows } = await client.query<{ readonly state: string }>(RENEW, [leaseMs, redriveId, epoch]);
  return rows[0]?.state ?? null;
}
