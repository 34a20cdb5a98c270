/** What may be kept in memory at most. */
export interface BudgetLimits {
  readonly maxRecords: number;
  readonly maxBytes: number;
}

/** Counts records that are kept for later, of all partitions of a subscription together. */
export class RecordBudget {
  private count = 0;
  private bytes = 0;

  constructor(private readonly limits: BudgetLimits) {}

  get records(): number {
    return this.count;
  }

  get isFull(): boolean {
    return this.count >= this.limits.maxRecords || this.bytes >= this.limits.maxBytes;
  }

  /** What is left. */
  get room(): { readonly records: number; readonly bytes: number } {
    const { maxRecords, maxBytes } = this.limits;
    return { records: maxRecords - this.count, bytes: maxBytes - this.bytes };
  }

  add(bytes: number): void {
    this.count += 1;
    this.bytes += bytes;
  }

  remove(bytes: number): void {
    this.count -= 1;
    this.bytes -= bytes;
  }
}
