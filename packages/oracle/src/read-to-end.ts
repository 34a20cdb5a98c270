import type { InboundRecord, MessagingClient } from '@pitwall/messaging';

/** Who takes the records of a topic, by its name; in the order of each partition. */
export type RecordTakers = Readonly<Record<string, (record: InboundRecord) => void>>;

/**
 * Reads topics from their start to what is their end at the call, without joining any group.
 *
 * @throws PitwallError `unknown_topic`, or `read_failed` where the brokers do not answer for some seconds
 */
export async function readToEnd(
  client: Pick<MessagingClient, 'admin' | 'reader'>,
  takers: RecordTakers,
): Promise<void> {
  const admin = await client.admin();
  const reader = await client.reader();
  try {
    const ranges = await Promise.all(
      Object.keys(takers).map(async (topic) => ({
        topic,
        from: await admin.startOffsets(topic),
        to: await admin.endOffsets(topic),
      })),
    );
    for await (const { topic, records } of reader.read(ranges, new AbortController().signal)) {
      for (const record of records) takers[topic]?.(record);
    }
  } finally {
    await reader.close();
    await admin.close();
  }
}

/** One taker per topic, which hands each record to all who want it, in their order. */
export function together(all: readonly RecordTakers[]): RecordTakers {
  const topics = new Set(all.flatMap((takers) => Object.keys(takers)));
  return Object.fromEntries(
    [...topics].map((topic) => {
      const wanting = all.flatMap((takers) => takers[topic] ?? []);
      return [topic, (record) => wanting.forEach((take) => take(record))];
    }),
  );
}
