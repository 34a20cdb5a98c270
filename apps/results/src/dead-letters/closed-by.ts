import { REPLAYED } from '../storage/settled-redrives.js';

/**
 * SQL: why the row `letter` of `dead_letters` is closed, one of CLOSED_BY of contracts; null while it is open. No row says so by
 * itself: it is a join with what has happened since, and true at the moment of the query.
 */
export const CLOSED_BY_SQL = `CASE
  WHEN letter.born_closed THEN 'reason'
  WHEN EXISTS (SELECT FROM decisions WHERE decisions.result_id = letter.result_id) THEN 'decision'
  WHEN EXISTS (
    SELECT FROM dead_letters AS later
    WHERE later.origin_appended_at = letter.origin_appended_at AND later.origin_topic = letter.origin_topic
      AND later.origin_partition = letter.origin_partition AND later.origin_offset = letter.origin_offset
      AND later.redrive_attempt > letter.redrive_attempt AND later.redrive_attempt > 0
  ) THEN 'superseded'
  ELSE coalesce(
    (
      SELECT CASE WHEN settled.attempt = ${REPLAYED} THEN 'replay' ELSE 'redrive' END FROM settled_redrives AS settled
      WHERE settled.origin_appended_at = letter.origin_appended_at AND settled.origin_topic = letter.origin_topic
        AND settled.origin_partition = letter.origin_partition AND settled.origin_offset = letter.origin_offset
        AND settled.attempt > letter.redrive_attempt
      ORDER BY settled.attempt LIMIT 1
    ),
    (SELECT 'discard' FROM dead_letter_discards AS discard WHERE discard.dead_letter_id = letter.dead_letter_id)
  )
END`;
