import { Inject, Injectable } from '@nestjs/common';
import type { ClosedBy, DeadLetterState, ReasonCode, Stage } from '@pitwall/contracts';
import type { Database } from '@pitwall/persistence';
import { DATABASE } from '@pitwall/runtime';
import { readable } from '../storage/readable.js';
import { CLOSED_BY_SQL, lettersWithState } from './closed-by.js';
import type { DeadLettersQuery, GroupsQuery } from './dead-letters-query.js';
import { conditionsOf, parametersInto, type Selection } from './selection.js';

/** A dead letter in a list, as it is read. */
export interface ListedRow {
  readonly deadLetterId: string;
  readonly deadAt: Date;
  readonly place: string;
  readonly fingerprint: string;
  /** JSON of what it says of itself. */
  readonly letter: string;
  readonly closedBy: ClosedBy | null;
  readonly redriveId: string | null;
  readonly attempt: number | null;
  readonly sentAt: Date | null;
}

/** A dead letter with the record as it was. */
export interface DeadLetterRow extends ListedRow {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** See `decodeOriginalHeaders`. */
  readonly headers: string;
}

/** A group of dead letters, as it is read. */
export interface GroupRow {
  readonly fingerprint: string;
  readonly stage: Stage;
  readonly reason: ReasonCode;
  readonly place: string;
  readonly count: number;
  readonly open: number;
  readonly firstDeadAt: Date;
  readonly lastDeadAt: Date;
  readonly exampleId: string;
  readonly message: string;
  /** Of all groups, listed or not. */
  readonly groups: number;
  readonly allCount: number;
  readonly allOpen: number;
}

const MAX_GROUPS = 200;

const LISTED = `
  letter.dead_letter_id AS "deadLetterId", letter.dead_at AS "deadAt", letter.place, letter.fingerprint, letter.letter::text,
  letter.closed_by AS "closedBy", redriven.redrive_id AS "redriveId", redriven.attempt, redriven.sent_at AS "sentAt"`;

const JOIN_REDRIVEN = `
  LEFT JOIN redriven_letters AS redriven
    ON redriven.dead_letter_id = letter.dead_letter_id AND redriven.attempt = letter.redrive_attempt + 1`;

/** Reads dead letters for people. Rejects with a retriable `database_unavailable` while PostgreSQL does not answer. */
@Injectable()
export class DeadLettersRepository {
  constructor(@Inject(DATABASE) private readonly database: Pick<Database, 'pool'>) {}

  /** One more than is asked for, where there are more: so that it is known. The last to die first. */
  list(pipeline: string, { state, cursor, limit, ...filter }: DeadLettersQuery): Promise<ListedRow[]> {
    const values: unknown[] = [];
    const parameter = parametersInto(values);
    const conditions = [
      conditionsOf({ pipeline, filter }, parameter),
      ...(cursor === undefined
        ? []
        : [`(letter.dead_at, letter.dead_letter_id) < (${parameter(cursor.at)}, ${parameter(cursor.id)})`]),
      ...stateCondition(state),
    ];
    return this.query<ListedRow>(
      `SELECT ${LISTED}
       FROM (
         SELECT letter.*, ${CLOSED_BY_SQL} AS closed_by FROM dead_letters AS letter
         WHERE ${conditions.join(' AND ')}
         ORDER BY letter.dead_at DESC, letter.dead_letter_id DESC LIMIT ${parameter(limit + 1)}
       ) AS letter ${JOIN_REDRIVEN}
       ORDER BY letter.dead_at DESC, letter.dead_letter_id DESC`,
      values,
    );
  }

  async find(pipeline: string, deadLetterId: string): Promise<DeadLetterRow | null> {
    const [row = null] = await this.query<DeadLetterRow>(
      `SELECT ${LISTED}, letter.key, letter.value, letter.headers::text
       FROM (
         SELECT letter.*, ${CLOSED_BY_SQL} AS closed_by FROM dead_letters AS letter
         WHERE letter.pipeline = $1 AND letter.dead_letter_id = $2
       ) AS letter ${JOIN_REDRIVEN}`,
      [pipeline, deadLetterId],
    );
    return row;
  }

  /** The groups with most open dead letters first. */
  groups(pipeline: string, { state, ...filter }: GroupsQuery): Promise<GroupRow[]> {
    const values: unknown[] = [];
    const letters = selectedLetters({ pipeline, filter }, values);
    return this.query<GroupRow>(
      `SELECT fingerprint, stage, reason, place, letters AS count, open, first_dead_at AS "firstDeadAt", last_dead_at AS "lastDeadAt",
              example.dead_letter_id AS "exampleId", example.message, groups, all_letters AS "allCount", all_open AS "allOpen"
       FROM (
         SELECT fingerprint, stage, reason, place, count(*)::int AS letters, (count(*) FILTER (WHERE closed_by IS NULL))::int AS open,
                min(dead_at) AS first_dead_at, max(dead_at) AS last_dead_at, (count(*) OVER ())::int AS groups,
                (sum(count(*)) OVER ())::int AS all_letters,
                (sum(count(*) FILTER (WHERE closed_by IS NULL)) OVER ())::int AS all_open
         FROM ${letters}
         ${state === undefined ? '' : `WHERE closed_by IS ${state === 'open' ? '' : 'NOT '}NULL`}
         GROUP BY fingerprint, stage, reason, place
         ORDER BY open DESC, letters DESC, fingerprint LIMIT ${MAX_GROUPS}
       ) AS grouped
       CROSS JOIN LATERAL (
         SELECT dead_letter_id, message FROM dead_letters AS last
         WHERE last.pipeline = $1 AND last.fingerprint = grouped.fingerprint AND last.dead_at = grouped.last_dead_at
         LIMIT 1
       ) AS example
       ORDER BY open DESC, letters DESC, fingerprint`,
      values,
    );
  }

  private async query<Row extends object>(text: string, values: readonly unknown[]): Promise<Row[]> {
    return (await readable(() => this.database.pool.query<Row>(text, [...values]))).rows;
  }
}

function stateCondition(state: DeadLetterState | undefined): string[] {
  if (state === undefined) return [];
  return [`(${CLOSED_BY_SQL}) IS ${state === 'open' ? '' : 'NOT '}NULL`];
}

/** SQL: the dead letters of a selection and why they are closed, as the relation `letter`. */
export function selectedLetters(selection: Selection, values: unknown[]): string {
  return `${lettersWithState(conditionsOf(selection, parametersInto(values)))} AS letter`;
}
