import { Inject, Injectable } from '@nestjs/common';
import type { ClosedBy } from '@pitwall/contracts';
import type { Database } from '@pitwall/persistence';
import { DATABASE } from '@pitwall/runtime';
import type { PoolClient } from 'pg';
import { CLOSED_BY_SQL } from '../dead-letters/closed-by.js';
import { decodeOriginalHeaders } from '../dead-letters/original-headers.js';
import { type RedriveLease, renewIn } from './redrive-leases.repository.js';
import type { RedriveSource } from './redriven-record.js';

/** A record that is to be sent. */
export interface ChunkRecord extends RedriveSource {
  readonly position: number;
  /** How often a send of it was begun before: not known to have arrived. */
  readonly earlierSends: number;
}

/** What is to be done next. */
export type NextChunk =
  | { readonly kind: 'send'; readonly records: readonly ChunkRecord[] }
  /** There is nothing more to do, or somebody else does it. */
  | { readonly kind: 'ended' | 'paused' | 'lost' };

/** How much is sent at once. */
export interface ChunkLimits {
  readonly leaseMs: number;
  readonly maxRecords: number;
}

/** Held in memory at once; a larger record goes alone. */
const MAX_CHUNK_BYTES = 4 * 1024 * 1024;

interface WaitingRow {
  readonly position: string;
  readonly deadLetterId: string;
  readonly sends: number;
}

interface LetterRow {
  readonly deadLetterId: string;
  readonly attempt: number;
  readonly topic: string;
  readonly partition: number;
  readonly originTopic: string;
  readonly originPartition: number;
  readonly originOffset: string;
  readonly originAppendedAt: Date;
  readonly digest: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: string;
  readonly traceId: string | null;
  readonly closedBy: ClosedBy | null;
}

const WAITING = `
  SELECT position, dead_letter_id AS "deadLetterId", sends FROM (
    SELECT position, dead_letter_id, sends, bytes, sum(bytes) OVER (ORDER BY position) AS total
    FROM (
      SELECT position, dead_letter_id, sends, bytes FROM redriven_letters
      WHERE redrive_id = $1 AND state = 'waiting' ORDER BY position LIMIT $2
    ) AS next
  ) AS summed
  WHERE total - bytes < ${MAX_CHUNK_BYTES} ORDER BY position`;

/** FOR SHARE: an edit that is being made is waited for, and seen by the next statement. */
const LETTERS = `
  SELECT letter.dead_letter_id AS "deadLetterId", letter.redrive_attempt + 1 AS attempt, letter.record_topic AS topic,
         letter.record_partition AS partition, letter.origin_topic AS "originTopic",
         letter.origin_partition AS "originPartition", letter.origin_offset AS "originOffset",
         letter.origin_appended_at AS "originAppendedAt", letter.letter -> 'origin' ->> 'digest' AS digest,
         letter.key, letter.value, letter.headers::text, encode(letter.trace_id, 'hex') AS "traceId",
         ${CLOSED_BY_SQL} AS "closedBy"
  FROM dead_letters AS letter WHERE letter.dead_letter_id = ANY($1::uuid[])
  FOR SHARE OF letter`;

const SKIP = `
  UPDATE redriven_letters SET state = CASE WHEN sends = 0 THEN 'skipped' ELSE 'sent' END,
         sent_at = CASE WHEN sends > 0 THEN clock_timestamp() END
  WHERE redrive_id = $1 AND position = ANY($2::bigint[]) AND state = 'waiting'`;

/** What a send was begun with holds for its repetitions. */
const BEGIN = `
  UPDATE redriven_letters AS redriven
  SET sends = sends + 1, edit_revision = CASE WHEN sends > 0 THEN edit_revision ELSE (
    SELECT max(revision) FROM dead_letter_edits AS edit WHERE edit.dead_letter_id = redriven.dead_letter_id) END
  WHERE redrive_id = $1 AND position = ANY($2::bigint[])
  RETURNING dead_letter_id, edit_revision`;

const EDITED = `
  SELECT edit.dead_letter_id AS "deadLetterId", edit.value
  FROM dead_letter_edits AS edit JOIN redriven_letters AS redriven
    ON redriven.dead_letter_id = edit.dead_letter_id AND redriven.edit_revision = edit.revision
  WHERE redriven.redrive_id = $1 AND redriven.position = ANY($2::bigint[])`;

const SENT = `
  UPDATE redriven_letters SET state = 'sent', sent_at = clock_timestamp()
  WHERE redrive_id = $1 AND position = ANY($2::bigint[]) AND state = 'waiting' RETURNING position`;

/** The rows that a redrive is carried out by: each goes from waiting to sent, or is skipped. */
@Injectable()
export class RedriveChunksRepository {
  constructor(@Inject(DATABASE) private readonly database: Pick<Database, 'transaction'>) {}

  /**
   * Notes, before anything leaves, that the next records are being sent: whoever finds such a row after a kill knows that it
   * may have left. What was closed meanwhile is not sent. Ends the redrive where nothing is left.
   */
  begin(lease: RedriveLease, { leaseMs, maxRecords }: ChunkLimits): Promise<NextChunk> {
    return this.database.transaction(async (client) => {
      const state = await renewIn(client, lease, leaseMs);
      if (state === 'cancelling') return cancel(client, lease);
      if (state !== 'running') return { kind: state === null ? 'lost' : 'paused' };
      const waiting = await client.query<WaitingRow>(WAITING, [lease.redriveId, maxRecords]);
      if (waiting.rows.length === 0) return end(client, lease, 'done');
      return { kind: 'send', records: await beginSends(client, lease, waiting.rows) };
    });
  }

  /** Notes that they were sent: Kafka has acknowledged all of them. Answers the positions of those not noted before. */
  sent(lease: RedriveLease, records: readonly ChunkRecord[], leaseMs: number): Promise<ReadonlySet<number>> {
    return this.database.transaction(async (client) => {
      // Whoever has taken the redrive meanwhile sends them again, and waits for this note or finds it.
      await renewIn(client, lease, leaseMs);
      const positions = records.map(({ position }) => position);
      const { rows } = await client.query<{ readonly position: string }>(SENT, [lease.redriveId, positions]);
      return new Set(rows.map(({ position }) => Number(position)));
    });
  }
}

async function end(client: PoolClient, { redriveId }: RedriveLease, state: 'done' | 'cancelled'): Promise<NextChunk> {
  const text = `UPDATE redrives SET state = $2, finished_at = clock_timestamp(), leased_until = NULL, last_error = NULL
    WHERE redrive_id = $1`;
  await client.query(text, [redriveId, state]);
  return { kind: 'ended' };
}

/** What was not sent can be taken by another redrive. */
async function cancel(client: PoolClient, lease: RedriveLease): Promise<NextChunk> {
  await client.query("DELETE FROM redriven_letters WHERE redrive_id = $1 AND state = 'waiting'", [lease.redriveId]);
  return end(client, lease, 'cancelled');
}

async function beginSends(
  client: PoolClient,
  { redriveId }: RedriveLease,
  waiting: readonly WaitingRow[],
): Promise<readonly ChunkRecord[]> {
  const ids = waiting.map(({ deadLetterId }) => deadLetterId);
  const { rows } = await client.query<LetterRow>(LETTERS, [ids]);
  const open = new Map(rows.filter(({ closedBy }) => closedBy === null).map((row) => [row.deadLetterId, row]));
  const positionsOf = (part: readonly WaitingRow[]): readonly string[] => part.map(({ position }) => position);
  const closed = waiting.filter(({ deadLetterId }) => !open.has(deadLetterId));
  if (closed.length > 0) await client.query(SKIP, [redriveId, positionsOf(closed)]);
  const sending = waiting.filter(({ deadLetterId }) => open.has(deadLetterId));
  if (sending.length === 0) return [];
  const edited = await applyEdits(client, redriveId, positionsOf(sending));
  return sending.map(({ deadLetterId, position, sends }) => {
    const source = sourceOf(open.get(deadLetterId) as LetterRow);
    const value = edited.get(deadLetterId) ?? source.value;
    return { ...source, value, position: Number(position), earlierSends: sends };
  });
}

/** Payloads in the place of the originals', by dead letter. */
async function applyEdits(
  client: PoolClient,
  redriveId: string,
  positions: readonly string[],
): Promise<ReadonlyMap<string, Buffer>> {
  const begun = await client.query<{ readonly edit_revision: number | null }>(BEGIN, [redriveId, positions]);
  if (begun.rows.every((row) => row.edit_revision === null)) return new Map();
  const { rows } = await client.query<{ readonly deadLetterId: string; readonly value: Buffer }>(EDITED, [
    redriveId,
    positions,
  ]);
  return new Map(rows.map(({ deadLetterId, value }) => [deadLetterId, value]));
}

function sourceOf(row: LetterRow): RedriveSource {
  const { deadLetterId, attempt, topic, partition, key, value, headers, traceId } = row;
  return {
    deadLetterId,
    attempt,
    topic,
    partition,
    origin: {
      topic: row.originTopic,
      partition: row.originPartition,
      offset: Number(row.originOffset),
      appendedAt: row.originAppendedAt.getTime(),
      digest: row.digest,
    },
    key,
    value,
    headers: decodeOriginalHeaders(headers),
    traceId,
  };
}
