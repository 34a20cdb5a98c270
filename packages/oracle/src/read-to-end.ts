import { randomUUID } from 'node:crypto';
import { PitwallError } from '@pitwall/contracts';
import type { InboundRecord, MessagingClient, SubscriptionState, TopicAdmin } from '@pitwall/messaging';

/** What to read, all of it as it is now. */
export interface ReadOptions {
  readonly client: Pick<MessagingClient, 'consume'>;
  readonly admin: Pick<TopicAdmin, 'endOffsets'>;
  readonly topics: readonly string[];
  /** In the order of each partition. */
  readonly onRecord: (record: InboundRecord) => void;
}

/** Reads topics from their start to what is their end at the call, in a group of its own. Rejects when the group fails. */
export async function readToEnd({ client, admin, topics, onRecord }: ReadOptions): Promise<void> {
  const open = new Map<string, number>();
  for (const topic of topics) {
    for (const [partition, end] of await admin.endOffsets(topic)) if (end > 0) open.set(`${topic} ${partition}`, end);
  }
  if (open.size === 0) return;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const subscription = await client.consume({
    groupId: `pitwall.oracle.${randomUUID()}`,
    topics,
    concurrency: 4,
    onBatch: ({ topic, partition, records }) => {
      for (const record of records) onRecord(record);
      const key = `${topic} ${partition}`;
      if ((records.at(-1)?.offset ?? -1) + 1 >= (open.get(key) ?? 0)) open.delete(key);
      if (open.size === 0) resolve();
      return Promise.resolve();
    },
    onState: (state) => failOn(state, reject),
  });
  try {
    await promise;
  } finally {
    await subscription.stop();
  }
}

function failOn({ phase, reason }: SubscriptionState, reject: (error: Error) => void): void {
  if (phase === 'failed')
    reject(new PitwallError(`The topics cannot be read: ${reason}`, { code: 'unreadable_topics' }));
}
