import { PitwallError } from '@pitwall/contracts';
import { backoffMs } from '../backoff.js';
import type { Assignment, ConsumeOptions, RecordBatch, Subscription } from '../port.js';
import { SubscriptionStatus } from '../subscription-status.js';
import type { Timers } from '../timers.js';
import { type MemoryGroup, type MemoryMember, partitionKey, silence } from './memory-group.js';
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
  isPaused: boolean;
  /** Of the assignment. */
  readonly end: AbortController;
  cancelRetry: (() => void) | null;
}

/** Where a subscription reads, and when. */
export interface MemoryAccess {
  readonly log: MemoryLog;
  readonly group: MemoryGroup;
  readonly timers: Timers;
  /** Aborted when the process of this member is dead. */
  readonly killed: AbortSignal;
  /** Aborted when the group does without this member. */
  readonly expelled: AbortSignal;
}

/** One member of a group. Partitions are polled whenever the log changes. */
export class MemorySubscription implements Subscription, MemoryMember {
  readonly topics: readonly string[];
  private readonly status: SubscriptionStatus;
  private claimed: Claimed[] = [];
  private readonly inHand = new Set<Promise<void>>();
  private readonly unlisten: () => void;
  private stopping: Promise<void> | null = null;
  private readonly died: Promise<void>;

  constructor(
    private readonly options: ConsumeOptions,
    private readonly access: MemoryAccess,
  ) {
    this.topics = options.topics;
    this.status = new SubscriptionStatus(options.onState);
    this.status.joining();
    this.unlisten = access.log.onChange(() => this.poll());
    this.died = new Promise((resolve) => {
      for (const gone of [access.killed, access.expelled])
        gone.addEventListener('abort', () => resolve(this.die()), { once: true });
    });
    void access.group.join(this);
  }

  /** Without finishing anything: whatever it has in hand is for others to do again. */
  private die(): void {
    this.unlisten();
    this.end(this.claimed.splice(0));
    void this.access.group.leave(this);
  }

  stop(): Promise<void> {
    this.stopping ??= this.leave();
    return this.stopping;
  }

  async revoke(): Promise<void> {
    const revoked = this.claimed.splice(0);
    for (const { cancelRetry } of revoked) cancelRetry?.();
    await Promise.race([Promise.all(this.inHand), this.died]);
    this.end(revoked);
  }

  private end(revoked: readonly Claimed[]): void {
    for (const { end, cancelRetry, topic, partition } of revoked) {
      cancelRetry?.();
      end.abort();
      this.status.recovered(partitionKey(topic, partition));
    }
  }

  assign(partitions: readonly { readonly topic: string; readonly partition: number }[]): void {
    const { killed, expelled } = this.access;
    if (this.stopping !== null || killed.aborted || expelled.aborted) return;
    lastAssignmentId += 1;
    const id = lastAssignmentId;
    this.claimed = partitions.map((at) => this.claim(at, id));
    this.status.running();
    this.poll();
  }

  private claim({ topic, partition }: { readonly topic: string; readonly partition: number }, id: number): Claimed {
    const end = new AbortController();
    const { signal } = end;
    const key = partitionKey(topic, partition);
    const { committed } = this.access.group;
    const before = committed.get(key);
    const assignment: Assignment = {
      id,
      committedOffset: before?.offset ?? null,
      committedMetadata: before?.metadata ?? null,
      logStartOffset: 0,
      ended: signal,
      isHeld: () => !signal.aborted,
      commit: async (offset, metadata = '') => {
        if (this.access.killed.aborted) await silence();
        if (signal.aborted)
          throw new PitwallError('The group is joined anew.', { code: 'membership_lost', retriable: true });
        committed.set(key, { offset, metadata });
      },
      pause: () => {
        claimed.isPaused = true;
      },
      resume: () => {
        claimed.isPaused = false;
        this.pollSoon();
      },
      rejoin: () => void this.access.group.rebalance(),
    };
    const claimed: Claimed = {
      topic,
      partition,
      assignment,
      progress: before?.offset ?? 0,
      failures: 0,
      isBusy: false,
      isPaused: false,
      end,
      cancelRetry: null,
    };
    return claimed;
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
      if (!claim.isBusy && !claim.isPaused && claim.cancelRetry === null && this.hasMore(claim)) this.begin(claim);
    }
  }

  private pollSoon(): void {
    this.access.timers.after(0, () => this.poll());
  }

  private hasMore({ topic, partition, progress }: Claimed): boolean {
    return this.access.log.partition(topic, partition).length > progress;
  }

  private begin(claim: Claimed): void {
    claim.isBusy = true;
    const work: Promise<void> = this.handle(claim).finally(() => {
      claim.isBusy = false;
      this.inHand.delete(work);
      this.pollSoon();
    });
    this.inHand.add(work);
  }

  private async handle(claim: Claimed): Promise<void> {
    const { topic, partition, assignment } = claim;
    const log = this.access.log.partition(topic, partition);
    // What was refused comes alone at first.
    const size = claim.failures > 0 ? 1 : MAX_BATCH_RECORDS;
    const records = log.slice(claim.progress, claim.progress + size);
    const nextOffset = claim.progress + records.length;
    const batch: RecordBatch = { topic, partition, records, nextOffset, assignment, highWatermark: log.length };
    try {
      const taken = await this.options.onBatch(batch, async () => undefined);
      if (typeof taken !== 'number') await assignment.commit(nextOffset);
      const takenTo = typeof taken === 'number' ? taken : nextOffset;
      if (takenTo > claim.progress) this.recovered(claim);
      claim.progress = takenTo;
    } catch (error) {
      this.failed(claim, error);
    }
  }

  private recovered(claim: Claimed): void {
    claim.failures = 0;
    this.status.recovered(partitionKey(claim.topic, claim.partition));
  }

  private failed(claim: Claimed, error: unknown): void {
    const key = partitionKey(claim.topic, claim.partition);
    this.status.retrying(key, error instanceof Error ? error.message : String(error));
    if (!this.claimed.includes(claim)) {
      this.status.recovered(key);
      return;
    }
    claim.failures += 1;
    claim.cancelRetry = this.access.timers.after(backoffMs(claim.failures), () => {
      claim.cancelRetry = null;
      this.poll();
    });
    if (error instanceof PitwallError && error.code === 'stale_claim') void this.access.group.rebalance();
  }
}
