import { kafkaClient, type MessagingClient } from '@pitwall/messaging';
import { CommandFailure, EXIT } from '../exit-codes.js';

const SESSION_TIMEOUT_MS = 10_000;

/** The client's own retries are its own business: what fails for good is thrown and told. */
const SILENT = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** Runs work with a client, and turns the failure to connect into the exit code for it. */
export async function withKafka<T>(brokers: string, work: (client: MessagingClient) => Promise<T>): Promise<T> {
  const client = kafkaClient(
    { brokers: brokers.split(','), clientId: 'pitwall-cli', sessionTimeoutMs: SESSION_TIMEOUT_MS },
    SILENT,
  );
  await requireAnswer(client, brokers);
  return work(client);
}

async function requireAnswer(client: MessagingClient, brokers: string): Promise<void> {
  try {
    const admin = await client.admin();
    await admin.clusterId();
    await admin.close();
  } catch (error) {
    throw new CommandFailure(
      `Kafka at ${brokers} does not answer: ${error instanceof Error ? error.message : String(error)}. Does \`npm start\` run?`,
      EXIT.unreachable,
      { cause: error },
    );
  }
}
