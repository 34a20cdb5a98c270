import { setTimeout as sleep } from 'node:timers/promises';
import { kafkaClient, type MessagingClient, type TopicAdmin } from '@pitwall/messaging';
import { CommandFailure, EXIT } from '../exit-codes.js';

const SESSION_TIMEOUT_MS = 10_000;
const ANSWERED_WITHIN_MS = 10_000;
const CLOSED_WITHIN_MS = 1_000;

/** The client's own retries are its own business: what fails for good is thrown and told. */
const SILENT = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** Runs work with a client, and turns the failure to connect into the exit code for it. */
export function withKafka<T>(
  brokers: string,
  work: (client: MessagingClient, admin: TopicAdmin) => Promise<T>,
): Promise<T> {
  const client = kafkaClient(
    { brokers: brokers.split(','), clientId: 'pitwall-cli', sessionTimeoutMs: SESSION_TIMEOUT_MS },
    SILENT,
  );
  return closing(client.admin(), async (admin) => {
    await requireAnswer(admin, brokers);
    return work(client, admin);
  });
}

/** Runs work with something that has connections, and closes them whatever comes. */
export async function closing<Thing extends { close(): Promise<void> }, T>(
  opened: Promise<Thing>,
  work: (thing: Thing) => Promise<T>,
): Promise<T> {
  const thing = await opened;
  try {
    return await work(thing);
  } finally {
    // A broker that hangs does not say goodbye either.
    await Promise.race([thing.close(), sleep(CLOSED_WITHIN_MS, null, { ref: false })]);
  }
}

/** A broker that has stopped takes connections and says nothing: the client would go on asking for minutes. */
async function requireAnswer(admin: TopicAdmin, brokers: string): Promise<void> {
  const limit = new AbortController();
  try {
    await Promise.race([admin.clusterId(), silenceOf(limit.signal)]);
  } catch (error) {
    throw new CommandFailure(
      `Kafka at ${brokers} does not answer: ${sentenceOf(error)}. Does \`npm start\` run?`,
      EXIT.unreachable,
      { cause: error },
    );
  } finally {
    limit.abort();
  }
}

async function silenceOf(signal: AbortSignal): Promise<never> {
  await sleep(ANSWERED_WITHIN_MS, null, { signal });
  throw new Error('no answer in time');
}

function sentenceOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\.$/, '');
}

/** @throws CommandFailure `notFound` naming the topics that do not exist */
export async function requireTopics(admin: TopicAdmin, topics: readonly string[]): Promise<void> {
  const existing = new Set((await admin.describe(topics)).map(({ name }) => name));
  const missing = topics.filter((topic) => !existing.has(topic));
  if (missing.length === 0) return;
  throw new CommandFailure(
    `This cluster has no topic ${missing.join(', ')}. Is the name of the pipeline right? \`pitwall provision <folder>\` creates its topics.`,
    EXIT.notFound,
  );
}
