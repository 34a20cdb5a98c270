import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { backoffMs } from '../backoff.js';
import type { KafkaConnection, RecordBatch, Subscription, TableOptions, TableReader, TopicAdmin } from '../port.js';
import { SubscriptionStatus } from '../subscription-status.js';
import type { ClientLogger } from './client-log.js';
import { sentenceOf } from './kafka-error.js';
import { KafkaSubscription } from './kafka-subscription.js';

/**
 * Reads a compacted topic as a table. It joins a group of its own under a random name, and commits nothing: every process
 * reads all partitions from their start.
 */
export class KafkaTable implements TableReader {
  readonly caughtUp: Promise<void>;
  private resolveCaughtUp: () => void = () => undefined;
  private readonly progress = new Map<number, number>();
  private goals: ReadonlyMap<number, number> | null = null;
  private readonly subscription: Subscription;
  private readonly abort = new AbortController();

  constructor(
    private readonly options: TableOptions,
    private readonly access: {
      readonly connection: KafkaConnection;
      readonly logger: ClientLogger;
      readonly admin: TopicAdmin;
    },
  ) {
    this.caughtUp = new Promise((resolve) => {
      this.resolveCaughtUp = resolve;
    });
    const { connection, logger } = access;
    this.subscription = new KafkaSubscription({
      connection,
      logger,
      status: new SubscriptionStatus(options.onState),
      commits: false,
      committedOffsets: async () => new Map(),
      consume: {
        groupId: `pitwall.table.${connection.clientId}.${randomUUID()}`,
        topics: [options.topic],
        concurrency: 1,
        onBatch: async (batch) => this.onBatch(batch),
      },
      onProgress: ({ partition, nextOffset }) => this.onProgress(partition, nextOffset),
    });
    void this.findGoals();
  }

  async stop(): Promise<void> {
    this.abort.abort();
    await this.subscription.stop();
  }

  /** After a restart of the consumer it reads from the start again: what was handed over before is left out. */
  private onBatch({ records, partition }: RecordBatch): void {
    const from = this.progress.get(partition) ?? 0;
    for (const record of records) {
      if (record.offset >= from) this.options.onRecord(record);
    }
    this.onProgress(partition, (records.at(-1)?.offset ?? -1) + 1);
  }

  private onProgress(partition: number, nextOffset: number): void {
    this.progress.set(partition, Math.max(nextOffset, this.progress.get(partition) ?? 0));
    this.compare();
  }

  /** Where the topic ends now: as far as it must be read to have caught up. */
  private async findGoals(): Promise<void> {
    const { admin, logger } = this.access;
    const { topic } = this.options;
    for (let failures = 1; !this.abort.signal.aborted; failures += 1) {
      try {
        this.goals = await admin.endOffsets(topic);
        this.compare();
        return;
      } catch (error) {
        logger.warn({ err: error, topic }, `the end of ${topic} is not known yet: ${sentenceOf(error)}`);
        await sleep(backoffMs(failures), null, { ref: false });
      }
    }
  }

  private compare(): void {
    if (this.goals === null) return;
    for (const [partition, goal] of this.goals) {
      if ((this.progress.get(partition) ?? 0) < goal) return;
    }
    this.resolveCaughtUp();
  }
}
