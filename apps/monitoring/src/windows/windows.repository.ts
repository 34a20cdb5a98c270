import { Inject, Injectable } from '@nestjs/common';
import { isPlanted } from '@pitwall/failpoints';
import { currentGeneration, type Database } from '@pitwall/persistence';
import { DATABASE } from '@pitwall/runtime';
import type { PoolClient } from 'pg';
import type { CountedKind } from './countable.js';
import type { WindowCounts } from './window-counts.js';

/** Whose counts: what of one pipeline. */
export interface CountsOwner {
  readonly pipeline: string;
  readonly kind: CountedKind;
}

/** One window of one input partition, by its first instant, ms since the epoch. */
export interface WindowPlace {
  readonly partition: number;
  readonly start: number;
}

/** What was counted in a window. */
export interface PlacedCounts extends WindowPlace {
  readonly counts: WindowCounts;
}

/** Counts by first instant of their window, ms since the epoch. */
export type WindowsByStart = Map<number, WindowCounts>;

/** A window as read over all partitions. */
export interface StoredWindow {
  readonly kind: CountedKind;
  readonly from: number;
  readonly counts: WindowCounts;
  /** How often it was changed. */
  readonly revision: number;
  /** When it was changed last, ms since the epoch. */
  readonly changedAt: number;
}

export interface WindowRange {
  /** ms since the epoch, inclusive; null: from the first. */
  readonly from: number | null;
  /** Exclusive; null: to the last. */
  readonly to: number | null;
  /** The newest so many windows of the range. */
  readonly limit: number;
}

/** All that was counted in an earlier generation was committed before this transaction began, so that the statement sees it. */
const INSERT_IDS = `INSERT INTO counted_records (pipeline, kind, id)
SELECT $1, $2, id FROM UNNEST($3::uuid[]) AS id
WHERE NOT (id = ANY (ARRAY(
  SELECT earlier.id FROM counted_records AS earlier
  WHERE earlier.id = ANY ($3::uuid[]) AND earlier.kind = $2 AND earlier.pipeline = $1
  AND earlier.generation < ${currentGeneration('counted')})))
ORDER BY id
ON CONFLICT DO NOTHING RETURNING id`;

/** By arrays and not by a join: a plan for it that was made while the table was empty would read all of it for ever. */
const LOAD = `SELECT partition, extract(epoch FROM window_from)::float8 * 1000 AS start, counts
FROM window_counts WHERE pipeline = $1 AND kind = $2 AND partition = ANY($3::int4[]) AND window_from = ANY($4::timestamptz[])`;

/** Until when windows may have been dropped: the day on which the oldest generation that is kept began; null while all are kept. */
const DROPPED_BEFORE = `SELECT extract(epoch FROM min(starts_on) FILTER (WHERE dropped_at IS NULL))::float8 * 1000 AS before
FROM generations WHERE family = 'windows' HAVING bool_or(dropped_at IS NOT NULL)`;

/** A window stays in the generation in which it was begun. Its only writer holds the claim, so nobody begins it twice. */
const SAVE = `INSERT INTO window_counts (pipeline, kind, partition, window_from, counts, updated_at, generation)
SELECT $1, $2, w.partition, w.start, w.counts, now(), coalesce((
  SELECT max(begun.generation) FROM window_counts AS begun
  WHERE begun.pipeline = $1 AND begun.kind = $2 AND begun.partition = w.partition AND begun.window_from = w.start
), ${currentGeneration('windows')})
FROM UNNEST($3::int4[], $4::timestamptz[], $5::json[]) AS w(partition, start, counts)
ON CONFLICT (pipeline, kind, partition, window_from, generation) DO UPDATE
SET counts = EXCLUDED.counts, updated_at = EXCLUDED.updated_at, revision = window_counts.revision + 1`;

/** The newest windows of each kind that lie in the range, all partitions of them. */
const READ = `SELECT kind, extract(epoch FROM window_from)::float8 * 1000 AS start, counts, revision::float8 AS revision,
  extract(epoch FROM updated_at)::float8 * 1000 AS changed
FROM window_counts w
WHERE pipeline = $1 AND kind = ANY($2) AND ($3::timestamptz IS NULL OR window_from >= $3) AND ($4::timestamptz IS NULL OR window_from < $4)
AND window_from IN (
  SELECT DISTINCT window_from FROM window_counts
  WHERE pipeline = $1 AND kind = ANY($2) AND ($3::timestamptz IS NULL OR window_from >= $3) AND ($4::timestamptz IS NULL OR window_from < $4)
  ORDER BY window_from DESC LIMIT $5)`;

interface WindowRow {
  readonly kind: CountedKind;
  readonly start: number;
  readonly counts: WindowCounts;
  readonly revision: number;
  readonly changed: number;
}

/** Reads and writes the windows; every writing method runs in the caller's transaction. */
@Injectable()
export class WindowsRepository {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  /** Remembers ids as counted and returns those that were not counted before. */
  async insertIds(client: PoolClient, owner: CountsOwner, ids: readonly string[]): Promise<ReadonlySet<string>> {
    const { rows } = await client.query<{ id: string }>({
      name: 'insert-counted-ids',
      text: INSERT_IDS,
      values: [owner.pipeline, owner.kind, ids],
    });
    return new Set(isPlanted('monitoring_counts_copies') ? ids : rows.map((row) => row.id));
  }

  /** Those of the windows that there are, and others that are of one of the partitions and begin like one of them. */
  async load(client: PoolClient, owner: CountsOwner, places: readonly WindowPlace[]): Promise<readonly PlacedCounts[]> {
    const [partitions, starts] = columnsOf(places);
    const { rows } = await client.query<PlacedCounts>({
      name: 'load-windows',
      text: LOAD,
      values: [owner.pipeline, owner.kind, [...new Set(partitions)], [...new Set(starts)]],
    });
    return rows;
  }

  /** Windows that ended by then, ms since the epoch, may have been dropped with their counts; null: none was. */
  async droppedBefore(client: PoolClient): Promise<number | null> {
    const { rows } = await client.query<{ before: number }>(DROPPED_BEFORE);
    return rows[0]?.before ?? null;
  }

  /** Replaces the counts of these windows: whoever holds the claim is the only one who writes them. */
  async save(client: PoolClient, owner: CountsOwner, windows: readonly PlacedCounts[]): Promise<void> {
    const counts = windows.map((window) => JSON.stringify(window.counts));
    await client.query({
      name: 'save-windows',
      text: SAVE,
      values: [owner.pipeline, owner.kind, ...columnsOf(windows), counts],
    });
  }

  async read(pipeline: string, kinds: readonly CountedKind[], range: WindowRange): Promise<readonly StoredWindow[]> {
    const { rows } = await this.database.pool.query<WindowRow>(READ, [
      pipeline,
      kinds,
      range.from === null ? null : iso(range.from),
      range.to === null ? null : iso(range.to),
      range.limit,
    ]);
    return rows.map(({ kind, start, counts, revision, changed }) => ({
      kind,
      from: start,
      counts,
      revision,
      changedAt: changed,
    }));
  }
}

function columnsOf(places: readonly WindowPlace[]): [number[], string[]] {
  return [places.map(({ partition }) => partition), places.map(({ start }) => iso(start))];
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
