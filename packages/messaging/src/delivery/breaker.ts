const WINDOW_RECORDS = 40;
const MIN_RECORDS = 20;

/** What became of a record; `reason` null: it did not fail. */
interface Verdict {
  readonly reason: string | null;
  readonly record: string | null;
}

const FINE: Verdict = { reason: null, record: null };

/**
 * Tells records that fail from a service that fails. It looks at what became of the last 40 records: once at least 20 are known
 * and more than half of them failed for one reason, it is open, and stays so until somebody closes it: nothing is wrong with
 * the records then, and none of them may be given up.
 *
 * A record that is poison has not failed: it was understood.
 */
export class Breaker {
  /** Of the last records. The oldest is overwritten. */
  private readonly verdicts: Verdict[] = [];
  private next = 0;
  private readonly failures = new Map<string, number>();
  private openedBy: string | null = null;

  /** The reason that opened it; null while it is closed. */
  get reason(): string | null {
    return this.openedBy;
  }

  get isOpen(): boolean {
    return this.openedBy !== null;
  }

  /** So many records were processed. */
  succeeded(records: number): void {
    // Costs nothing per record on the way of every batch that is fine.
    if (this.failures.size === 0 && this.verdicts.length === WINDOW_RECORDS) return;
    for (let count = Math.min(records, WINDOW_RECORDS); count > 0; count -= 1) this.note(FINE);
  }

  /** A record failed. It counts once: one that comes again, after a rebalance perhaps, says no more about the others. */
  failed(reason: string, record: string): void {
    if (this.verdicts.some((known) => known.record === record)) return;
    this.note({ reason, record });
    const alike = this.failures.get(reason) ?? 0;
    if (this.verdicts.length >= MIN_RECORDS && alike * 2 > this.verdicts.length) this.openedBy ??= reason;
  }

  /** Forgets all that it has seen: it works again. */
  close(): void {
    this.openedBy = null;
    this.verdicts.length = 0;
    this.next = 0;
    this.failures.clear();
  }

  private note(verdict: Verdict): void {
    const oldest = this.verdicts[this.next]?.reason ?? null;
    if (oldest !== null) this.count(oldest, -1);
    if (verdict.reason !== null) this.count(verdict.reason, 1);
    this.verdicts[this.next] = verdict;
    this.next = (this.next + 1) % WINDOW_RECORDS;
  }

  private count(reason: string, change: 1 | -1): void {
    const count = (this.failures.get(reason) ?? 0) + change;
    if (count === 0) this.failures.delete(reason);
    else this.failures.set(reason, count);
  }
}
