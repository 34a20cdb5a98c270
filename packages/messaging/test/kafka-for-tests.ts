import { kafkaClient, type ClientLogger, type MessagingClient } from '../src/index.js';

const quiet = (): void => undefined;

/** What the client says is not the subject of these tests. */
export const SILENT: ClientLogger = { debug: quiet, info: quiet, warn: quiet, error: quiet };

/** A client with the shortest session that a broker allows by default. */
export function clientFor(brokers: readonly string[], logger: ClientLogger = SILENT): MessagingClient {
  return kafkaClient({ brokers, clientId: 'messaging-test', sessionTimeoutMs: 6_000 }, logger);
}
