const CHUNKS_PER_SECOND = 5;
const MAX_CHUNK_RECORDS = 200;
const MS_PER_SECOND = 1_000;

/** Spreads sends over time so that no more than so many records a second leave; what was missed is not caught up. */
export class Pace {
  private nextAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly ratePerSecond: number) {}

  /** Records that may be sent at once. */
  get chunkRecords(): number {
    return Math.min(Math.max(Math.round(this.ratePerSecond / CHUNKS_PER_SECOND), 1), MAX_CHUNK_RECORDS);
  }

  /** Milliseconds to wait, by the clock that {@link sent} was told. */
  waitMs(now: number): number {
    return Math.max(this.nextAt - now, 0);
  }

  /** So many records have left in a send that began at `startedAt`. */
  sent(records: number, startedAt: number): void {
    this.nextAt = Math.max(this.nextAt, startedAt) + (records / this.ratePerSecond) * MS_PER_SECOND;
  }
}
