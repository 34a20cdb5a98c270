import { HEADER, type Origin } from '@pitwall/contracts';
import { headerOf, type Message } from '@pitwall/messaging';
import type { PoolClient } from 'pg';

/** A record that was redriven; where it was replayed, {@link REPLAYED} stands for its attempt. */
export type RedrivenRecord = Pick<Message, 'origin' | 'redriveAttempt'>;

/** Later than any attempt of a redrive, of which there are at most 9,999: a replayed record closes the dead letters of all of them. */
export const REPLAYED = 10_000;

/** The messages of a batch of predictions that were redriven or replayed: nearly always none. */
export function givenBackAmong(messages: readonly Message[]): readonly RedrivenRecord[] {
  const givenBack: RedrivenRecord[] = [];
  for (const message of messages) {
    if (message.redriveAttempt > 0) givenBack.push(message);
    else if (isReplayed(message)) givenBack.push({ origin: message.origin, redriveAttempt: REPLAYED });
  }
  return givenBack;
}

function isReplayed({ record }: Message): boolean {
  return headerOf(record.headers, HEADER.replayed) !== undefined;
}

/** Settlements of rows whose records die: the dead letter of this attempt stands for them then. */
const DYING: ReadonlySet<string> = new Set(['refused', 'reused', 'conflict']);

/** The redriven records whose rows have come to their end, one settlement per row. Compares by the origin object of the message. */
export function settledAmong(
  redriven: readonly RedrivenRecord[],
  rows: readonly { readonly origin: Origin }[],
  settlements: readonly { readonly kind: string }[],
): readonly RedrivenRecord[] {
  if (redriven.length === 0) return redriven;
  const ended = new Set(rows.filter((_, at) => !DYING.has(settlements[at]?.kind ?? '')).map(({ origin }) => origin));
  return redriven.filter(({ origin }) => ended.has(origin));
}

/** Notes that redriven records have come to their end: the dead letters of their earlier attempts are closed by it. */
export async function settleRedrives(
  client: Pick<PoolClient, 'query'>,
  settled: readonly RedrivenRecord[],
): Promise<void> {
  if (settled.length === 0) return;
  const origins = settled.map(({ origin }) => origin);
  await client.query({
    name: 'settle-redrives',
    text: SETTLE,
    values: [
      origins.map(({ appendedAt }) => new Date(appendedAt)),
      origins.map(({ offset }) => offset),
      origins.map(({ partition }) => partition),
      settled.map(({ redriveAttempt }) => redriveAttempt),
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
