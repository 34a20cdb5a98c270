import { Inject, Injectable } from '@nestjs/common';
import type { Database } from '@pitwall/persistence';
import { DATABASE } from '@pitwall/runtime';
import { lettersWithState } from '../dead-letters/closed-by.js';
import { readable } from '../storage/readable.js';

/** How far a redrive is. */
export interface RedriveProgress {
  readonly waiting: number;
  readonly sent: number;
  readonly skipped: number;
  readonly repeatedSends: number;
  readonly recentlySent: number;
  readonly recentSeconds: number;
}

/** What has become of the records of a redrive that were sent. */
export interface RedriveOutcomes {
  readonly decided: number;
  readonly diedAgain: number;
  readonly pending: number;
}

const RECENT_SECONDS = 10;

const PROGRESS = `
  SELECT redrives.redrive_id AS "redriveId",
         (count(*) FILTER (WHERE letter.state = 'waiting'))::int AS waiting,
         (count(*) FILTER (WHERE letter.state = 'sent'))::int AS sent,
         (count(*) FILTER (WHERE letter.state = 'skipped'))::int AS skipped,
         coalesce(sum(greatest(letter.sends - 1, 0)), 0)::int AS "repeatedSends",
         (count(*) FILTER (WHERE letter.sent_at > clock_timestamp() - interval '${RECENT_SECONDS} s'))::int AS "recentlySent",
         extract(epoch FROM least(interval '${RECENT_SECONDS} s', clock_timestamp() - redrives.created_at))::float8 AS "recentSeconds"
  FROM redrives LEFT JOIN redriven_letters AS letter USING (redrive_id)
  WHERE redrives.redrive_id = ANY($1::uuid[]) GROUP BY redrives.redrive_id`;

const SENT = `letter.dead_letter_id IN (
  SELECT redriven.dead_letter_id FROM redriven_letters AS redriven WHERE redriven.redrive_id = $1 AND redriven.state = 'sent')`;

const OUTCOMES = `
  SELECT (count(*) FILTER (WHERE closed_by IN ('decision', 'redrive', 'replay')))::int AS decided,
         (count(*) FILTER (WHERE closed_by = 'superseded'))::int AS "diedAgain",
         (count(*) FILTER (WHERE closed_by IS NULL OR closed_by = 'discard'))::int AS pending
  FROM ${lettersWithState(SENT)} AS sent`;

/** Tells how far redrives are, from the rows that carry them out. */
@Injectable()
export class RedriveProgressRepository {
  constructor(@Inject(DATABASE) private readonly database: Pick<Database, 'pool'>) {}

  /** By redrive id. */
  async progressOf(redriveIds: readonly string[]): Promise<ReadonlyMap<string, RedriveProgress>> {
    const { rows } = await readable(() =>
      this.database.pool.query<RedriveProgress & { readonly redriveId: string }>(PROGRESS, [redriveIds]),
    );
    return new Map(rows.map(({ redriveId, ...progress }) => [redriveId, progress]));
  }

  async outcomesOf(redriveId: string): Promise<RedriveOutcomes> {
    const { rows } = await readable(() => this.database.pool.query<RedriveOutcomes>(OUTCOMES, [redriveId]));
    return rows[0] ?? { decided: 0, diedAgain: 0, pending: 0 };
  }
}
