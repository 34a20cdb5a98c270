import type { MessagingClient, TopicAdmin } from '@pitwall/messaging';

/** Asks the cluster for its id. Rejects when no broker answers. Connects with the first question and stays connected. */
export class KafkaProbe {
  private admin: Promise<TopicAdmin> | null = null;

  constructor(private readonly client: MessagingClient) {}

  async ask(): Promise<void> {
    this.admin ??= this.client.admin();
    await (await this.admin).clusterId();
  }

  async close(): Promise<void> {
    await (await this.admin)?.close();
  }
}
