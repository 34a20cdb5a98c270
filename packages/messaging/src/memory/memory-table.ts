import type { TableOptions, TableReader } from '../port.js';
import { SubscriptionStatus } from '../subscription-status.js';
import type { MemoryLog } from './memory-log.js';

/** A topic read as a table; catches up at once, and goes on with every append. */
export class MemoryTable implements TableReader {
  readonly caughtUp: Promise<void>;
  private readonly progress = new Map<number, number>();
  private readonly status: SubscriptionStatus;
  private readonly unlisten: () => void;

  constructor(
    private readonly options: TableOptions,
    private readonly log: MemoryLog,
  ) {
    this.status = new SubscriptionStatus(options.onState);
    this.status.joining();
    this.unlisten = log.onChange(() => this.read());
    this.caughtUp = Promise.resolve().then(() => {
      this.status.running();
      this.read();
    });
  }

  async stop(): Promise<void> {
    this.unlisten();
    this.status.stopped();
  }

  private read(): void {
    const { topic, onRecord } = this.options;
    const partitions = this.log.describe(topic)?.partitions ?? 0;
    for (let partition = 0; partition < partitions; partition += 1) {
      const records = this.log.partition(topic, partition);
      const from = this.progress.get(partition) ?? 0;
      this.progress.set(partition, records.length);
      for (const record of records.slice(from)) onRecord(record);
    }
  }
}
