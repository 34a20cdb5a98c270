import type { Database } from '../database.js';

/** A topic as one consumer group reads it. */
export interface GroupTopic {
  readonly group: string;
  readonly topic: string;
}

/** Next offset of each partition as the database knows it; partitions that were never claimed are absent. */
export async function readStoredProgress(
  database: Pick<Database, 'pool'>,
  { group, topic }: GroupTopic,
): Promise<ReadonlyMap<number, number>> {
  const { rows } = await database.pool.query<{ partition: number; next_offset: string }>(
    'SELECT partition, next_offset FROM partition_progress WHERE consumer_group = $1 AND topic = $2',
    [group, topic],
  );
  return new Map(rows.map(({ partition, next_offset: nextOffset }) => [partition, Number(nextOffset)]));
}

/** More than any partition is claimed in the time that a backup may be old. */
const EPOCHS_AHEAD = 1_000_000;

/**
 * Makes the stored progress that of a database that was restored to an earlier time: sets `nextOffsets`, and raises the epochs of
 * all partitions of the group. The restore took the epochs back as well, so that a consumer that was stopped before it could
 * find its old epoch valid again one day.
 */
export async function restartProgress(
  database: Pick<Database, 'transaction'>,
  { group, topic }: GroupTopic,
  nextOffsets: ReadonlyMap<number, number>,
): Promise<void> {
  await database.transaction(async (client) => {
    await client.query(RAISE_EPOCHS, [group, topic, EPOCHS_AHEAD]);
    await client.query(SET_OFFSETS, [group, topic, [...nextOffsets.keys()], [...nextOffsets.values()]]);
  });
}

const RAISE_EPOCHS = `
  UPDATE partition_progress SET epoch = epoch + $3
  WHERE consumer_group = $1 AND topic = $2`;

const SET_OFFSETS = `
  UPDATE partition_progress AS held SET next_offset = wanted.next_offset
  FROM unnest($3::integer[], $4::bigint[]) AS wanted (partition, next_offset)
  WHERE held.consumer_group = $1 AND held.topic = $2 AND held.partition = wanted.partition`;
