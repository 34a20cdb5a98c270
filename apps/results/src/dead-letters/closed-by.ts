import type { ClosedBy } from '@pitwall/contracts';
import { REPLAYED } from '../storage/settled-redrives.js';

const SETTLED = `
  SELECT FROM settled_redrives AS settled
  WHERE settled.origin_appended_at = letter.origin_appended_at AND settled.origin_topic = letter.origin_topic
    AND settled.origin_partition = letter.origin_partition AND settled.origin_offset = letter.origin_offset`;

/**
 * SQL on the row `letter` of `dead_letters`: what closes it, the first that holds. No row says by itself that it is closed: it is
 * a join with what has happened since, and true at the moment of the query.
 */
const CLOSED_WHERE: Readonly<Record<ClosedBy, string>> = {
  reason: 'letter.born_closed',
  decision: 'EXISTS (SELECT FROM decisions WHERE decisions.result_id = letter.result_id)',
  superseded: `EXISTS (
    SELECT FROM dead_letters AS later
    WHERE later.origin_appended_at = letter.origin_appended_at AND later.origin_topic = letter.origin_topic
      AND later.origin_partition = letter.origin_partition AND later.origin_offset = letter.origin_offset
      AND later.redrive_attempt > letter.redrive_attempt AND later.redrive_attempt > 0
  )`,
  redrive: `EXISTS (${SETTLED} AND settled.attempt > letter.redrive_attempt AND settled.attempt < ${REPLAYED})`,
  replay: `EXISTS (${SETTLED} AND settled.attempt = ${REPLAYED})`,
  discard: 'EXISTS (SELECT FROM dead_letter_discards AS discard WHERE discard.dead_letter_id = letter.dead_letter_id)',
};

const RULES = Object.entries(CLOSED_WHERE);

/**
 * SQL: why the row `letter` is closed, one of CLOSED_BY of contracts; null while it is open. For a few rows: it asks for each of
 * them.
 */
export const CLOSED_BY_SQL = `CASE ${RULES.map(([why, where]) => `WHEN ${where} THEN '${why}'`).join('\n')} END`;

/**
 * SQL: the dead letters that the conditions on `letter` take in and why they are closed, as a relation. For many rows: each rule is
 * asked once about all of them, so that PostgreSQL may join where asking row by row would take an index probe in each generation.
 *
 * Of rows that have just come it has no statistics and takes many for one. So what is found is kept before it is joined, and joined by
 * a full join, which is never done by looking at all of it for each row: nobody is closed who was not chosen, so it is a left join.
 */
export function lettersWithState(conditions: string): string {
  const found = RULES.map(
    ([, where], rank) => `SELECT letter.dead_letter_id, ${rank} AS rank FROM chosen AS letter WHERE ${where}`,
  );
  const reasons = RULES.map(([why], rank) => `WHEN ${rank} THEN '${why}'`);
  return `(
    WITH chosen AS MATERIALIZED (SELECT ${KEPT.join(', ')} FROM dead_letters AS letter WHERE ${conditions}),
    closed AS MATERIALIZED (
      SELECT dead_letter_id, min(rank) AS rank FROM (${found.join('\nUNION ALL ')}) AS found GROUP BY dead_letter_id
    )
    SELECT chosen.*, CASE closed.rank ${reasons.join(' ')} END AS closed_by
    FROM chosen FULL JOIN closed USING (dead_letter_id)
    OFFSET 0
  )`;
}

/** What is asked of many at once: no bytes of records, which would be carried along for nothing. */
const KEPT = [
  'dead_letter_id',
  'pipeline',
  'stage',
  'reason',
  'place',
  'fingerprint',
  'dead_at',
  'result_id',
  'born_closed',
  'redrive_attempt',
  'redrive_bytes',
  'origin_appended_at',
  'origin_topic',
  'origin_partition',
  'origin_offset',
  'record_topic',
  'record_partition',
  'record_offset',
];
