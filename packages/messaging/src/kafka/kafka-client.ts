import type {
  ConsumeOptions,
  KafkaConnection,
  LogReader,
  MessagingClient,
  Publisher,
  Subscription,
  TableOptions,
  TableReader,
  TopicAdmin,
} from '../port.js';
import { SubscriptionStatus } from '../subscription-status.js';
import type { ClientLogger } from './client-log.js';
import { checkConnection } from './connection.js';
import { KafkaAdmin } from './kafka-admin.js';
import { KafkaLogReader } from './kafka-log-reader.js';
import { KafkaPublisher } from './kafka-publisher.js';
import { KafkaSubscription } from './kafka-subscription.js';
import { KafkaTable } from './kafka-table.js';

/**
 * The port on a real cluster. Nothing connects before it is used, and nothing that is made by it fails for brokers that do
 * not answer: subscriptions and tables keep trying and say so by their state, a publisher by rejecting.
 */
export function kafkaClient(connection: KafkaConnection, logger: ClientLogger): MessagingClient {
  checkConnection(connection);
  return new KafkaClient(connection, logger);
}

class KafkaClient implements MessagingClient {
  constructor(
    private readonly connection: KafkaConnection,
    private readonly logger: ClientLogger,
  ) {}

  async consume(options: ConsumeOptions): Promise<Subscription> {
    const { connection, logger } = this;
    const admin = new KafkaAdmin(connection, logger);
    const subscription = new KafkaSubscription({
      connection,
      logger,
      status: new SubscriptionStatus(options.onState),
      commits: true,
      committedOffsets: (groupId, topic) => admin.committed(groupId, topic),
      consume: options,
    });
    return closing(subscription, admin);
  }

  async publisher(): Promise<Publisher> {
    return new KafkaPublisher(this.connection, this.logger);
  }

  async table(options: TableOptions): Promise<TableReader> {
    const { connection, logger } = this;
    const admin = new KafkaAdmin(connection, logger);
    const table = new KafkaTable(options, { connection, logger, admin });
    return { caughtUp: table.caughtUp, ...closing(table, admin) };
  }

  async admin(): Promise<TopicAdmin> {
    return new KafkaAdmin(this.connection, this.logger);
  }

  async reader(): Promise<LogReader> {
    return new KafkaLogReader(this.connection, this.logger);
  }
}

/** Stops the one, then closes the other. */
function closing(reader: { stop(): Promise<void> }, admin: TopicAdmin): Subscription {
  let stopped: Promise<void> | null = null;
  const stop = async (): Promise<void> => {
    await reader.stop();
    await admin.close();
  };
  return { stop: () => (stopped ??= stop()) };
}
