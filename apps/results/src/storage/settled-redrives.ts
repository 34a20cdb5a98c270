import type { Message } from '@pitwall/messaging';
import type { PoolClient } from 'pg';

/**
 * Notes that redriven records have come to their end, whatever it is: the dead letters of their earlier attempts are closed by
 * it. One that dies here has a dead letter of this attempt, which is open.
 */
export async function settleRedrives(
  client: Pick<PoolClient, 'query'>,
  redriven: readonly Pick<Message, 'origin' | 'redriveAttempt'>[],
): Promise<void> {
  const origins = redriven.map(({ origin }) => origin);
  await client.query({
    name: 'settle-redrives',
    text: SETTLE,
    values: [
      origins.map(({ appendedAt }) => new Date(appendedAt)),
      origins.map(({ offset }) => offset),
      origins.map(({ partition }) => partition),
      redriven.map(({ redriveAttempt }) => redriveAttempt),
      origins.map(({ topic }) => topic),
    ],
  });
}

/** Sorted as every transaction sorts them, so that two of them cannot deadlock. */
const SETTLE = `
  INSERT INTO settled_redrives (origin_appended_at, origin_offset, origin_partition, attempt, origin_topic)
  SELECT * FROM unnest($1::timestamptz[], $2::int8[], $3::int4[], $4::int4[], $5::text[]) AS settled (a, b, c, d, e)
  ORDER BY a, e, c, b, d
  ON CONFLICT DO NOTHING`;
