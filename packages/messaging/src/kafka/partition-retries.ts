import { backoffMs } from '../backoff.js';
import type { SubscriptionStatus } from '../subscription-status.js';
import type { ClientLogger } from './client-log.js';

/** A partition that stands still until its next try. */
export interface Standstill {
  readonly topic: string;
  readonly partition: number;
  readonly reason: string;
  readonly error?: unknown;
  readonly resume: () => void;
}

interface Failing {
  readonly topic: string;
  readonly partition: number;
  failures: number;
  timer: NodeJS.Timeout | null;
  resume: () => void;
}

/** Resumes partitions after a growing delay, and says which ones are in trouble. */
export class PartitionRetries {
  private readonly failing = new Map<string, Failing>();

  constructor(
    private readonly status: SubscriptionStatus,
    private readonly logger: ClientLogger,
  ) {}

  add(standstill: Standstill): void {
    const { topic, partition, reason, error, resume } = standstill;
    const key = keyOf(topic, partition);
    const entry = this.failing.get(key) ?? { topic, partition, failures: 0, timer: null, resume };
    this.failing.set(key, entry);
    if (entry.timer !== null) clearTimeout(entry.timer);
    entry.failures += 1;
    entry.resume = resume;
    const delayMs = backoffMs(entry.failures);
    entry.timer = setTimeout(() => {
      entry.timer = null;
      resume();
    }, delayMs);
    this.logger.warn(
      { topic, partition, failures: entry.failures, delayMs, err: error },
      `batch comes again: ${reason}`,
    );
    this.status.retrying(key, reason);
  }

  /** Whether it was refused last, and no record of it was taken since. */
  isFailing(topic: string, partition: number): boolean {
    return this.failing.size > 0 && this.failing.has(keyOf(topic, partition));
  }

  succeeded(topic: string, partition: number): void {
    if (this.failing.size === 0) return;
    const key = keyOf(topic, partition);
    this.failing.delete(key);
    this.status.recovered(key);
  }

  /** Forgets the partitions that went to another consumer; should they come back, they are read at once. */
  keep(isAssigned: (topic: string, partition: number) => boolean): void {
    for (const [key, entry] of this.failing) {
      if (isAssigned(entry.topic, entry.partition)) continue;
      if (entry.timer !== null) clearTimeout(entry.timer);
      entry.resume();
      this.failing.delete(key);
      this.status.recovered(key);
    }
  }

  /** Ends all waiting; nothing is resumed. */
  clear(): void {
    for (const [key, { timer }] of this.failing) {
      if (timer !== null) clearTimeout(timer);
      this.status.recovered(key);
    }
    this.failing.clear();
  }
}

function keyOf(topic: string, partition: number): string {
  return `${topic} ${partition}`;
}
