import { backoffMs } from '../backoff.js';
import type { Subscription } from '../port.js';
import { GroupMember, type GroupMemberOptions } from './group-member.js';
import { isFinal, sentenceOf } from './kafka-error.js';

/**
 * A subscription that outlives its consumers: one that has crashed is replaced after a growing delay. kafkajs would restart
 * by itself as well, but not after a refused connection, and then also after it was stopped.
 */
export class KafkaSubscription implements Subscription {
  private member: GroupMember | null = null;
  private restart: NodeJS.Timeout | null = null;
  private failures = 0;
  private lastReason: string | null = null;
  private stopping: Promise<void> | null = null;

  constructor(private readonly options: GroupMemberOptions) {
    options.status.joining();
    this.begin(null);
  }

  stop(): Promise<void> {
    this.stopping ??= this.end();
    return this.stopping;
  }

  private begin(resumes: string | null): void {
    const startedAt = performance.now();
    const onCrash = (error: unknown): void => this.onCrash(error, startedAt);
    this.member = new GroupMember(this.options, { onCrash, resumes });
    this.member.start();
  }

  private async end(): Promise<void> {
    if (this.restart !== null) clearTimeout(this.restart);
    await this.member?.stop();
    this.options.status.stopped();
  }

  private async dispose(crashed: GroupMember | null): Promise<void> {
    try {
      await crashed?.stop();
    } catch (error) {
      this.options.logger.debug({ err: error }, 'a crashed consumer did not close');
    }
  }

  private onCrash(error: unknown, startedAt: number): void {
    if (this.stopping !== null) return;
    const crashed = this.member;
    this.member = null;
    const { logger, status, consume } = this.options;
    // What is left of it is closed in the background; whatever that brings has been said by the crash.
    void this.dispose(crashed);
    if (isFinal(error)) {
      logger.error({ err: error, groupId: consume.groupId }, `the consumer has failed for good: ${sentenceOf(error)}`);
      status.failed(sentenceOf(error));
      return;
    }
    this.failures = performance.now() - startedAt > STABLE_MS ? 1 : this.failures + 1;
    // A failed start took its own retries and seconds: when the brokers are back, nothing waits long.
    const delayMs = Math.min(backoffMs(this.failures), MAX_DELAY_MS);
    const resumes = crashed?.memberId ?? null;
    const reason = sentenceOf(error);
    const level = reason === this.lastReason ? 'debug' : 'warn';
    this.lastReason = reason;
    logger[level]({ err: error, groupId: consume.groupId, delayMs }, `the consumer joins again: ${reason}`);
    status.rejoining(reason);
    this.restart = setTimeout(() => this.begin(resumes), delayMs);
  }
}

/** A consumer that lived this long was not stillborn: the delays begin anew. */
const STABLE_MS = 60_000;
const MAX_DELAY_MS = 1_000;
