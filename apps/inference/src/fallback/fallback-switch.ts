import { PitwallError } from '@pitwall/contracts';
import type { Clock } from '@pitwall/runtime';
import type { ModelPresence, Outage } from '../deployments/model-presence.js';

/** The fallback that is being taken. */
export interface Fallback extends Outage {
  /** Since when, milliseconds since the epoch. */
  readonly since: number;
}

/** Told of each change: for logs. */
export interface FallbackObserver {
  readonly fellBack: (fallback: Fallback) => void;
  readonly recovered: (from: Fallback, tookMs: number) => void;
}

export interface FallbackSwitchOptions {
  /** How long no model answers before the fallback decision is taken; null: none is declared, and the pipeline waits. */
  readonly afterMs: number | null;
  readonly presence: () => ModelPresence;
  readonly clock: Clock;
  readonly observer: FallbackObserver;
}

interface Illness extends Outage {
  /** By the monotonic clock. */
  readonly since: number;
  /** `absent` ends when a model is there; `failing`, where one is there, when it scores a batch. */
  readonly kind: 'absent' | 'failing';
}

/** Errors that say that no model answered, and nothing of the rows. */
const MODEL_FAILURES: ReadonlySet<string> = new Set(['model_unavailable', 'model_failing']);
/** Rows that fail one after another before time alone makes a model of them that does not answer: fewer may be poison. */
const HOPELESS_ROWS = 3;
/** How often a failing model is offered a batch while the fallback decision is taken. */
const TRY_EVERY_MS = 10_000;

/**
 * Decides for one pipeline whether its batches wait for a model or get the declared fallback decision: that once no model has
 * answered for as long as the definition says, and not any more as soon as one does.
 */
export class FallbackSwitch {
  private illness: Illness | null = null;
  private active: Fallback | null = null;
  private startedAt = 0;
  private rowsScored = 0;
  /** Failed one after another since a row was last scored. */
  private rowsFailed = 0;
  private failingSince: number | null = null;
  private isTrying = false;
  private nextTryAt = 0;

  constructor(private readonly options: FallbackSwitchOptions) {}

  /** What is taken now instead of a score; null where the model answers, or is still waited for. */
  get fallback(): Fallback | null {
    return this.active;
  }

  /**
   * Asks for `byModel`, or for `byFallback` where that is due. Rejects as `byModel` does while a model is waited for, and on
   * errors that are none of the model's.
   */
  async choose<Result>(byModel: () => Promise<Result>, byFallback: (fallback: Fallback) => Result): Promise<Result> {
    this.look();
    if (this.active === null) return this.attempt(byModel, byFallback);
    if (!this.isTryDue) return byFallback(this.active);
    this.isTrying = true;
    try {
      return await this.attempt(byModel, byFallback);
    } finally {
      this.isTrying = false;
    }
  }

  /** Call now and then: it is also without batches that models come and go. */
  look(): void {
    const presence = this.options.presence();
    if (presence === 'unknown') return;
    if (presence === 'present') {
      if (this.illness?.kind === 'absent') this.recover();
    } else {
      this.ail('absent', presence);
    }
    if (this.illness?.kind === 'absent') this.fallBackIfDue();
  }

  /** A new version answers: what the old one did says nothing about it. */
  replaced(): void {
    this.recover();
  }

  /** What became of rows, as {@link FailureBreaker} is told. */
  record({ scored, failed }: { readonly scored: number; readonly failed: number }): void {
    this.rowsScored += scored;
    if (scored > 0) {
      this.endStreak();
    } else if (failed > 0) {
      this.rowsFailed += failed;
      this.failingSince ??= this.options.clock.monotonic();
    }
  }

  /**
   * Call between the steps of a batch: throws (retriable) where the fallback is due and going on with this batch would only
   * put it off, as no model is there, or one row after another exceeds its budget.
   */
  giveUpIfDue(): void {
    const { afterMs, clock } = this.options;
    if (afterMs === null) return;
    this.look();
    if (this.active !== null && this.illness?.kind === 'absent') throw unanswered(this.active.message);
    if (this.failingSince === null || this.rowsFailed < HOPELESS_ROWS) return;
    const forMs = clock.monotonic() - this.failingSince;
    if (forMs >= afterMs) {
      throw unanswered(`${this.rowsFailed} rows failed one after another in ${Math.round(forMs)} ms, none was scored`);
    }
  }

  private async attempt<Result>(
    byModel: () => Promise<Result>,
    byFallback: (fallback: Fallback) => Result,
  ): Promise<Result> {
    const scoredBefore = this.rowsScored;
    try {
      const result = await byModel();
      // A batch without a row for the model says nothing about it.
      if (this.rowsScored > scoredBefore) this.recover();
      this.endStreak();
      return result;
    } catch (error) {
      if (!isModelFailure(error)) throw error;
      this.fail(error);
      if (this.active === null) throw error;
      return byFallback(this.active);
    }
  }

  private fail({ code, message }: PitwallError): void {
    this.look();
    if (this.options.presence() === 'unknown') return;
    if (this.illness === null) this.ail('failing', { code, message });
    this.nextTryAt = this.options.clock.monotonic() + TRY_EVERY_MS;
    this.fallBackIfDue();
  }

  private ail(kind: Illness['kind'], { code, message }: Outage): void {
    const now = this.options.clock.monotonic();
    const since = this.illness?.since ?? (kind === 'failing' ? this.failingSince : null) ?? now;
    this.illness = { kind: this.illness?.kind ?? kind, code, message, since };
    if (this.active !== null) this.active = { code, message, since: this.active.since };
  }

  private fallBackIfDue(): void {
    const { afterMs, clock, observer } = this.options;
    if (afterMs === null || this.illness === null || this.active !== null) return;
    if (clock.monotonic() - this.illness.since < afterMs) return;
    const { code, message } = this.illness;
    this.active = { code, message, since: clock.now() };
    this.startedAt = clock.monotonic();
    observer.fellBack(this.active);
  }

  private recover(): void {
    const { active } = this;
    this.illness = null;
    this.active = null;
    this.endStreak();
    if (active !== null) this.options.observer.recovered(active, this.options.clock.monotonic() - this.startedAt);
  }

  private endStreak(): void {
    this.rowsFailed = 0;
    this.failingSince = null;
  }

  /** One batch at a time, and not each: a model that hangs keeps a batch for seconds. */
  private get isTryDue(): boolean {
    if (this.isTrying || this.options.presence() !== 'present') return false;
    return this.options.clock.monotonic() >= this.nextTryAt;
  }
}

function isModelFailure(error: unknown): error is PitwallError {
  return error instanceof PitwallError && MODEL_FAILURES.has(error.code);
}

function unanswered(why: string): PitwallError {
  return new PitwallError(`No model answers: ${why}.`, { code: 'model_unavailable', retriable: true });
}
