const WINDOW_ROWS = 40;
const MIN_FAILURES_SEEN = 20;

/**
 * Tells rows that are poison from a model that is broken. It looks at what became of the last 40 rows: while at least 20 are
 * known and more than half of them failed, it is open, and no row may be called poison.
 */
export class FailureBreaker {
  /** Failures per row, 0 or 1; the oldest is overwritten. */
  private readonly verdicts: (0 | 1)[] = [];
  private next = 0;
  private failures = 0;

  get isOpen(): boolean {
    return this.verdicts.length >= MIN_FAILURES_SEEN && this.failures * 2 > this.verdicts.length;
  }

  record(rows: { readonly scored: number; readonly failed: number }): void {
    for (let row = Math.min(rows.scored, WINDOW_ROWS); row > 0; row -= 1) this.push(0);
    for (let row = Math.min(rows.failed, WINDOW_ROWS); row > 0; row -= 1) this.push(1);
  }

  reset(): void {
    this.verdicts.length = 0;
    this.next = 0;
    this.failures = 0;
  }

  private push(failures: 0 | 1): void {
    this.failures += failures - (this.verdicts[this.next] ?? 0);
    this.verdicts[this.next] = failures;
    this.next = (this.next + 1) % WINDOW_ROWS;
  }
}
