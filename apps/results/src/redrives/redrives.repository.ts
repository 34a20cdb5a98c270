import { Inject, Injectable } from '@nestjs/common';
import type { RedriveAction, RedrivePlan, RedriveState } from '@pitwall/contracts';
import type { Database } from '@pitwall/persistence';
import { DATABASE } from '@pitwall/runtime';
import type { PoolClient } from 'pg';
import { selectedLetters } from '../dead-letters/dead-letters.repository.js';
import type { Selection } from '../dead-letters/selection.js';
import { readable } from '../storage/readable.js';
import { type CategoryCount, recordsToSend, redrivePlan } from './redrive-plan.js';
import { redriveTargets } from './redrive-target.js';

/** What is to be redriven, and how often a record may have been redriven before. */
export interface PlannedRedrive {
  readonly selection: Selection;
  readonly maxRedrives: number;
}

/** What is written of a redrive. */
export interface NewRedrive extends PlannedRedrive {
  readonly redriveId: string;
  readonly by: string;
  readonly why: string;
  readonly ratePerSecond: number;
}

/** A redrive, as it is read. */
export interface RedriveRow {
  readonly redriveId: string;
  readonly pipeline: string;
  readonly state: RedriveState;
  readonly createdBy: string;
  readonly why: string;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
  readonly ratePerSecond: number;
  readonly plan: RedrivePlan;
  readonly lastError: string | null;
}

const COLUMNS = `
  redrive_id AS "redriveId", pipeline, state, created_by AS "createdBy", why, created_at AS "createdAt",
  finished_at AS "finishedAt", rate_per_second AS "ratePerSecond", plan, last_error AS "lastError"`;

const MAX_LISTED = 50;

/** Keeps what redrives are asked for. */
@Injectable()
export class RedrivesRepository {
  constructor(@Inject(DATABASE) private readonly database: Pick<Database, 'pool' | 'transaction'>) {}

  /** What a redrive of these dead letters would do now. */
  async plan(planned: PlannedRedrive): Promise<RedrivePlan> {
    const values: unknown[] = [];
    const text = `${COUNT_CATEGORIES} FROM ${classified(planned, values)} ${GROUP_CATEGORIES}`;
    const { rows } = await readable(() => this.database.pool.query<CategoryCount>(text, values));
    return redrivePlan(rows);
  }

  /**
   * Takes the dead letters that are to be sent, each for its next attempt, unless another redrive has taken it: that is what
   * makes an attempt take effect once. Everything is undone when `check` throws on the plan, and nothing is kept of a redrive
   * that has nothing to send.
   */
  create(redrive: NewRedrive, check: (plan: RedrivePlan) => void): Promise<RedrivePlan> {
    return this.database.transaction(async (client) => {
      const plan = await take(client, redrive, check);
      if (recordsToSend(plan) === 0) return plan;
      const { redriveId, selection, by, why, ratePerSecond } = redrive;
      await client.query(
        `INSERT INTO redrives (redrive_id, pipeline, state, created_by, why, rate_per_second, plan)
         VALUES ($1, $2, 'running', $3, $4, $5, $6)`,
        [redriveId, selection.pipeline, by, why, ratePerSecond, JSON.stringify(plan)],
      );
      return plan;
    });
  }

  async find(pipeline: string, redriveId: string): Promise<RedriveRow | null> {
    const text = `SELECT ${COLUMNS} FROM redrives WHERE pipeline = $1 AND redrive_id = $2`;
    return (await readable(() => this.database.pool.query<RedriveRow>(text, [pipeline, redriveId]))).rows[0] ?? null;
  }

  /** The newest first. */
  async list(pipeline: string): Promise<readonly RedriveRow[]> {
    const text = `SELECT ${COLUMNS} FROM redrives WHERE pipeline = $1 ORDER BY created_at DESC, redrive_id LIMIT ${MAX_LISTED}`;
    return (await readable(() => this.database.pool.query<RedriveRow>(text, [pipeline]))).rows;
  }

  /** True where the redrive was in a state that the action takes it out of, or in the one that it leads to. */
  async steer(redriveId: string, action: RedriveAction): Promise<boolean> {
    const { from, to } = STEPS[action];
    const { rowCount } = await readable(() =>
      this.database.pool.query('UPDATE redrives SET state = $2 WHERE redrive_id = $1 AND state = ANY($3)', [
        redriveId,
        to,
        from,
      ]),
    );
    return rowCount === 1;
  }
}

/** Cancelling is done by whoever carries the redrive out, so that nothing is in hand when it has ended. */
const STEPS: Readonly<Record<RedriveAction, { readonly from: readonly RedriveState[]; readonly to: RedriveState }>> = {
  pause: { from: ['running', 'paused'], to: 'paused' },
  resume: { from: ['paused', 'running'], to: 'running' },
  cancel: { from: ['running', 'paused', 'cancelling'], to: 'cancelling' },
};

/** SQL: every selected dead letter with what is done with it, as the relation `classified`. All joins are of all at once. */
function classified({ selection, maxRedrives }: PlannedRedrive, values: unknown[]): string {
  const letters = selectedLetters(selection, values);
  const targets = redriveTargets(selection.pipeline);
  const topics = `$${values.push(targets.map(({ topic }) => topic))}::text[]`;
  const limits = `$${values.push(targets.map(({ maxBytes }) => maxBytes))}::int[]`;
  const guard = `$${values.push(maxRedrives)}::int`;
  return `(
    SELECT letter.dead_letter_id, letter.origin_appended_at, letter.record_topic AS topic, letter.record_partition,
      letter.record_offset, letter.redrive_attempt + 1 AS attempt, edit.growth IS NOT NULL AS is_edited,
      letter.redrive_bytes + coalesce(edit.growth, 0) AS bytes,
      CASE
        WHEN letter.closed_by = 'reason' THEN 'bornClosed'
        WHEN letter.closed_by IN ('decision', 'redrive', 'replay') THEN 'decided'
        WHEN letter.closed_by = 'superseded' THEN 'superseded'
        WHEN letter.closed_by = 'discard' THEN 'discarded'
        WHEN redriven.redrive_id IS NOT NULL THEN 'taken'
        WHEN target.topic IS NULL OR letter.redrive_bytes + coalesce(edit.growth, 0) > target.max_bytes THEN 'unsendable'
        WHEN letter.redrive_attempt >= ${guard} AND edit.growth IS NULL THEN 'loopGuard'
        ELSE 'toSend'
      END AS category
    FROM ${letters}
    LEFT JOIN unnest(${topics}, ${limits}) AS target (topic, max_bytes) ON target.topic = letter.record_topic
    LEFT JOIN redriven_letters AS redriven
      ON redriven.dead_letter_id = letter.dead_letter_id AND redriven.attempt = letter.redrive_attempt + 1
    LEFT JOIN (
      SELECT DISTINCT ON (edit.dead_letter_id) edit.dead_letter_id,
             octet_length(edit.value) - coalesce(octet_length(original.value), 0) AS growth
      FROM dead_letter_edits AS edit JOIN dead_letters AS original USING (dead_letter_id)
      WHERE original.pipeline = $1
      ORDER BY edit.dead_letter_id, edit.revision DESC
    ) AS edit ON edit.dead_letter_id = letter.dead_letter_id
  ) AS classified`;
}

const COUNT_CATEGORIES = `
  SELECT category, topic, count(*)::int AS records, (count(*) FILTER (WHERE is_edited))::int AS edited`;

const GROUP_CATEGORIES = 'GROUP BY category, topic';

/** What a redrive is about, for the time of its transaction: looked at once, counted, and only then taken. */
const CREATE_PLANNED = `
  CREATE TEMPORARY TABLE planned_redrive (
    dead_letter_id uuid, origin_appended_at timestamptz, topic text, record_partition integer, record_offset bigint,
    attempt integer, is_edited boolean, bytes integer, category text
  ) ON COMMIT DROP`;

/** In the order of the original records: so that those of an entity are sent as they came. */
const TAKE = `
  WITH taken AS (
    INSERT INTO redriven_letters (redrive_id, dead_letter_id, origin_appended_at, attempt, bytes, position)
    SELECT $1, dead_letter_id, origin_appended_at, attempt, bytes,
           row_number() OVER (ORDER BY topic, record_partition, record_offset, dead_letter_id) AS position
    FROM planned_redrive WHERE category = 'toSend' ORDER BY position
    ON CONFLICT (dead_letter_id, attempt, origin_appended_at) DO NOTHING
    RETURNING dead_letter_id
  ), settled AS (
    SELECT CASE WHEN category = 'toSend' AND taken.dead_letter_id IS NULL THEN 'taken' ELSE category END AS category,
           topic, is_edited
    FROM planned_redrive LEFT JOIN taken USING (dead_letter_id)
  )
  ${COUNT_CATEGORIES} FROM settled ${GROUP_CATEGORIES}`;

async function take(
  client: PoolClient,
  { redriveId, ...planned }: NewRedrive,
  check: (plan: RedrivePlan) => void,
): Promise<RedrivePlan> {
  await client.query(CREATE_PLANNED);
  const values: unknown[] = [];
  await client.query(`INSERT INTO planned_redrive SELECT * FROM ${classified(planned, values)}`, values);
  const before = await client.query<CategoryCount>(`${COUNT_CATEGORIES} FROM planned_redrive ${GROUP_CATEGORIES}`);
  check(redrivePlan(before.rows));
  const { rows } = await client.query<CategoryCount>(TAKE, [redriveId]);
  return redrivePlan(rows);
}
