/** How fast something may happen. */
export interface Rate {
  readonly perSecond: number;
  /** At once, after a time of rest. */
  readonly burst: number;
}

const MS_PER_SECOND = 1_000;

/** A token bucket: it is full at first, and fills evenly. Times are monotonic milliseconds. */
export class TokenBucket {
  private tokens: number;
  private filledAt: number;

  constructor(
    private readonly rate: Rate,
    now: number,
  ) {
    this.tokens = rate.burst;
    this.filledAt = now;
  }

  /** Takes up to so many tokens, and says how many it got: whole ones. */
  take(wanted: number, now: number): number {
    this.fill(now);
    const granted = Math.min(wanted, Math.floor(this.tokens));
    this.tokens -= granted;
    return granted;
  }

  /** After how many milliseconds so many tokens will be there, if nobody takes any; never more than the burst are waited for. */
  msUntil(wanted: number, now: number): number {
    this.fill(now);
    const missing = Math.min(wanted, this.rate.burst) - this.tokens;
    return missing <= 0 ? 0 : Math.ceil((missing / this.rate.perSecond) * MS_PER_SECOND);
  }

  private fill(now: number): void {
    const elapsedMs = Math.max(now - this.filledAt, 0);
    this.tokens = Math.min(this.tokens + (elapsedMs / MS_PER_SECOND) * this.rate.perSecond, this.rate.burst);
    this.filledAt = now;
  }
}
