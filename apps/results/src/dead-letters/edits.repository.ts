import { Inject, Injectable } from '@nestjs/common';
import type { ClosedBy } from '@pitwall/contracts';
import type { Database } from '@pitwall/persistence';
import { DATABASE } from '@pitwall/runtime';
import type { PoolClient } from 'pg';
import { readable } from '../storage/readable.js';
import { CLOSED_BY_SQL } from './closed-by.js';
import { selectedLetters } from './dead-letters.repository.js';
import type { Selection } from './selection.js';

/** An edit, as it is kept. */
export interface EditRow {
  readonly revision: number;
  readonly editedAt: Date;
  readonly editedBy: string;
  readonly why: string;
  readonly value: Buffer;
}

/** A discard, as it is kept. */
export interface DiscardRow {
  readonly discardedAt: Date;
  readonly discardedBy: string;
  readonly why: string;
}

/** What is written of an edit. */
export interface NewEdit {
  readonly by: string;
  readonly why: string;
  readonly value: Buffer;
}

/** What stands in the way of an edit, as far as the tables know. */
export interface Editable {
  readonly recordTopic: string;
  /** Key and headers of the record. */
  readonly otherBytes: number;
  readonly closedBy: ClosedBy | null;
  /** How often a redrive has begun to send it; null where none has taken it. */
  readonly sends: number | null;
}

/** How many dead letters of a selection were open and closed. */
export interface Discarded {
  readonly open: number;
  readonly closed: number;
}

const COLUMNS = 'revision, edited_at AS "editedAt", edited_by AS "editedBy", why, value';

/** Keeps what people do about single dead letters. */
@Injectable()
export class EditsRepository {
  constructor(@Inject(DATABASE) private readonly database: Pick<Database, 'pool' | 'transaction'>) {}

  /** By revision. */
  async editsOf(deadLetterId: string): Promise<readonly EditRow[]> {
    const text = `SELECT ${COLUMNS} FROM dead_letter_edits WHERE dead_letter_id = $1 ORDER BY revision`;
    return (await readable(() => this.database.pool.query<EditRow>(text, [deadLetterId]))).rows;
  }

  async discardOf(deadLetterId: string): Promise<DiscardRow | null> {
    const text = `SELECT discarded_at AS "discardedAt", discarded_by AS "discardedBy", why FROM dead_letter_discards WHERE dead_letter_id = $1`;
    return (await readable(() => this.database.pool.query<DiscardRow>(text, [deadLetterId]))).rows[0] ?? null;
  }

  /**
   * Keeps an edit unless `check` throws; null where there is no such dead letter. The row is locked meanwhile: a redrive that
   * is about to send it waits, and then sends the edit.
   */
  add(
    { pipeline, deadLetterId }: { readonly pipeline: string; readonly deadLetterId: string },
    { by, why, value }: NewEdit,
    check: (editable: Editable) => void,
  ): Promise<EditRow | null> {
    return this.database.transaction(async (client) => {
      const editable = await lock(client, pipeline, deadLetterId);
      if (editable === null) return null;
      check(editable);
      const { rows } = await client.query<EditRow>(
        `INSERT INTO dead_letter_edits (dead_letter_id, revision, edited_by, why, value)
         SELECT $1, coalesce(max(revision), 0) + 1, $2, $3, $4 FROM dead_letter_edits WHERE dead_letter_id = $1
         RETURNING ${COLUMNS}`,
        [deadLetterId, by, why, value],
      );
      return rows[0] ?? null;
    });
  }

  /** Counts the dead letters of a selection, and closes the open ones where it is told by whom. */
  async discard(selection: Selection, by: { readonly by: string; readonly why: string } | null): Promise<Discarded> {
    const values: unknown[] = by === null ? [] : [by.by, by.why];
    const closing = `, discarding AS (
      INSERT INTO dead_letter_discards (dead_letter_id, discarded_by, why)
      SELECT dead_letter_id, $1, $2 FROM selected WHERE closed_by IS NULL
      ON CONFLICT DO NOTHING)`;
    const text = `
      WITH selected AS MATERIALIZED (SELECT dead_letter_id, closed_by FROM ${selectedLetters(selection, values)})${by === null ? '' : closing}
      SELECT (count(*) FILTER (WHERE closed_by IS NULL))::int AS open, count(closed_by)::int AS closed FROM selected`;
    const { rows } = await readable(() => this.database.pool.query<Discarded>(text, values));
    return rows[0] ?? { open: 0, closed: 0 };
  }
}

async function lock(client: PoolClient, pipeline: string, deadLetterId: string): Promise<Editable | null> {
  const { rows } = await client.query<Editable & { readonly attempt: number }>(
    `SELECT letter.record_topic AS "recordTopic", ${CLOSED_BY_SQL} AS "closedBy", letter.redrive_attempt + 1 AS attempt,
            letter.redrive_bytes - coalesce(octet_length(letter.value), 0) AS "otherBytes"
     FROM dead_letters AS letter WHERE letter.pipeline = $1 AND letter.dead_letter_id = $2
     FOR UPDATE OF letter`,
    [pipeline, deadLetterId],
  );
  const [editable] = rows;
  if (editable === undefined) return null;
  const redriven = await client.query<{ readonly sends: number }>(
    'SELECT sends FROM redriven_letters WHERE dead_letter_id = $1 AND attempt = $2',
    [deadLetterId, editable.attempt],
  );
  return { ...editable, sends: redriven.rows[0]?.sends ?? null };
}
