import { PitwallError } from '@pitwall/contracts';
import { backoffMs } from '../backoff.js';
import type { Assignment, ConsumeOptions, RecordBatch, Subscription } from '../port.js';
import { SubscriptionStatus } from '../subscription-status.js';
import { type MemoryGroup, type MemoryMember, partitionKey } from './memory-group.js';
import type { MemoryLog } from './memory-log.js';

const MAX_BATCH_RECORDS = 2_000;

let lastAssignmentId = 0;

interface Claimed {
  readonly topic: string;
  readonly partition: number;
  readonly assignment: Assignment;
  progress: number;
  failures: number;
  isBusy: boolean;
  retry: NodeJS.Timeout | null;
}

/** One member of a group. Partitions are polled whenever the log changes. */
export class MemorySubscription implements Subscription, MemoryMember {
  readonly topics: readonly string[];
  private readonly status: SubscriptionStatus;
  private claimed: Claimed[] = [];
  /** Replaced with every assignment, so that what holds an old one sees that its time is over. */
  private tenure = { isHeld: false };
  private readonly inHand = new Set<Promise<void>>();
  private readonly unlisten: () => void;
  private stopping: Promise<void> | null = null;

  constructor(
    private readonly options: ConsumeOptions,
    private readonly access: { readonly log: MemoryLog; readonly group: MemoryGroup },
  ) {
    this.topics = options.topics;
    this.status = new SubscriptionStatus(options.onState);
    this.status.joining();
    this.unlisten = access.log.onChange(() => this.poll());
    void access.group.join(this);
  }

  stop(): Promise<void> {
    this.stopping ??= this.leave();
    return this.stopping;
  }

  async revoke(): Promise<void> {
    for (const claim of this.claimed) if (claim.retry !== null) clearTimeout(claim.retry);
    const finished = [...this.inHand];
    const revoked = this.claimed;
    this.claimed = [];
    await Promise.all(finished);
    this.tenure.isHeld = false;
    for (const { topic, partition } of revoked) this.status.recovered(partitionKey(topic, partition));
  }

  assign(partitions: readonly { readonly topic: string; readonly partition: number }[]): void {
    if (this.stopping !== null) return;
    lastAssignmentId += 1;
    const id = lastAssignmentId;
    const tenure = { isHeld: true };
    this.tenure = tenure;
    this.claimed = partitions.map(({ topic, partition }) => {
      const committedOffset = this.access.group.committed.get(partitionKey(topic, partition)) ?? null;
      const assignment: Assignment = { id, committedOffset, logStartOffset: 0, isHeld: () => tenure.isHeld };
      const progress = committedOffset ?? 0;
      return { topic, partition, assignment, progress, failures: 0, isBusy: false, retry: null };
    });
    this.status.running();
    this.poll();
  }

  private async leave(): Promise<void> {
    this.unlisten();
    await this.revoke();
    await this.access.group.leave(this);
    this.status.stopped();
  }

  private poll(): void {
    for (const claim of this.claimed) {
      if (this.inHand.size >= this.options.concurrency) return;
      if (!claim.isBusy && claim.retry === null && this.hasMore(claim)) this.begin(claim);
    }
  }

  private hasMore({ topic, partition, progress }: Claimed): boolean {
    return this.access.log.partition(topic, partition).length > progress;
  }

  private begin(claim: Claimed): void {
    claim.isBusy = true;
    const work: Promise<void> = this.handle(claim).finally(() => {
      claim.isBusy = false;
      this.inHand.delete(work);
      setImmediate(() => this.poll());
    });
    this.inHand.add(work);
  }

  private async handle(claim: Claimed): Promise<void> {
    const { topic, partition, assignment } = claim;
    const log = this.access.log.partition(topic, partition);
    const records = log.slice(claim.progress, claim.progress + MAX_BATCH_RECORDS);
    const batch: RecordBatch = { topic, partition, records, assignment, highWatermark: log.length };
    const key = partitionKey(topic, partition);
    try {
      await this.options.onBatch(batch, async () => undefined);
      claim.progress += records.length;
      claim.failures = 0;
      this.access.group.committed.set(key, claim.progress);
      this.status.recovered(key);
    } catch (error) {
      this.failed(claim, error);
    }
  }

  private failed(claim: Claimed, error: unknown): void {
    const key = partitionKey(claim.topic, claim.partition);
    this.status.retrying(key, error instanceof Error ? error.message : String(error));
    if (!this.claimed.includes(claim)) {
      this.status.recovered(key);
      return;
    }
    claim.failures += 1;
    claim.retry = setTimeout(() => {
      claim.retry = null;
      this.poll();
    }, backoffMs(claim.failures));
    if (error instanceof PitwallError && error.code === 'stale_claim') void this.access.group.rebalance();
  }
}
