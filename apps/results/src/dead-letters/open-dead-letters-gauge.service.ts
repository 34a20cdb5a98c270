import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Database } from '@pitwall/persistence';
import { CLOCK, type Clock, DATABASE, LOGGER } from '@pitwall/runtime';
import { ATTR, type Logger, METRIC, observe } from '@pitwall/telemetry';
import { lettersWithState } from './closed-by.js';

const COUNT_EVERY_MS = 15_000;
/** Counting takes at most one part in so many of the time. */
const REST_FACTOR = 20;

const COUNT_OPEN = `
  SELECT pipeline, reason, count(*)::int AS letters FROM ${lettersWithState('true')} AS letter
  WHERE closed_by IS NULL GROUP BY pipeline, reason`;

interface OpenCount {
  readonly pipeline: string;
  readonly reason: string;
  readonly letters: number;
}

/**
 * Shows how many dead letters are open, by reason. Counted by a timer: the join takes longer the more there are, and then it is
 * made more rarely.
 */
@Injectable()
export class OpenDeadLettersGauge implements OnApplicationBootstrap, OnApplicationShutdown {
  /** Null while nothing is known. A reason that has no open dead letter any more is shown with 0. */
  private counts: ReadonlyMap<string, OpenCount> | null = null;
  private seen: ReadonlyMap<string, OpenCount> = new Map();
  private timer: NodeJS.Timeout | null = null;
  private isEnded = false;
  private stopObserving: () => void = () => undefined;

  constructor(
    @Inject(DATABASE) private readonly database: Pick<Database, 'pool'>,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.stopObserving = observe(METRIC.deadLettersOpen, (result) => {
      for (const { pipeline, reason, letters } of this.counts?.values() ?? []) {
        result.observe(letters, { [ATTR.pipeline]: pipeline, [ATTR.deadLetterReason]: reason });
      }
    });
    void this.countOnAndOn();
  }

  onApplicationShutdown(): void {
    this.isEnded = true;
    if (this.timer !== null) clearTimeout(this.timer);
    this.stopObserving();
  }

  /** While PostgreSQL does not answer nothing is known, and nothing is shown. */
  async count(): Promise<void> {
    try {
      const { rows } = await this.database.pool.query<OpenCount>(COUNT_OPEN);
      const zeros = [...this.seen.values()].map((one) => ({ ...one, letters: 0 }));
      this.seen = new Map([...zeros, ...rows].map((one) => [`${one.pipeline} ${one.reason}`, one]));
      this.counts = this.seen;
    } catch (error) {
      this.counts = null;
      if (!this.isEnded) this.logger.warn({ err: error }, 'the open dead letters cannot be counted');
    }
  }

  private async countOnAndOn(): Promise<void> {
    const startedAt = this.clock.monotonic();
    await this.count();
    const tookMs = this.clock.monotonic() - startedAt;
    if (this.isEnded) return;
    this.timer = setTimeout(() => void this.countOnAndOn(), Math.max(COUNT_EVERY_MS, tookMs * REST_FACTOR));
    this.timer.unref();
  }
}
