import { PitwallError } from '@pitwall/contracts';
import type { Assignment } from '../../src/index.js';

/** A decision as it was stored, and of which record. */
export interface StoredDecision {
  readonly id: string;
  readonly bytes: string;
  readonly partition: number;
  readonly offset: number;
}

/** What one transaction writes. */
export interface Transaction {
  readonly partition: number;
  readonly assignment: Assignment;
  readonly decisions: readonly { readonly id: string; readonly offset: number }[];
  readonly nextOffset: number;
}

/** What becomes of one decision: those of other records are duplicates. */
export type Settled = { readonly kind: 'publish'; readonly bytes: string } | { readonly kind: 'duplicate' };

/** What the database does wrong, to see that the simulation finds it. */
export interface DatabaseFaults {
  readonly hasNoUniqueIndex?: boolean;
  readonly ignoresEpochs?: boolean;
  readonly decidesAnew?: boolean;
}

/** Decisions by identity, and the progress of each partition under its epoch. */
export class SimDatabase {
  /** In the order in which they were stored. */
  readonly rows: StoredDecision[] = [];
  readonly progress = new Map<number, number>();
  isDown = false;
  private readonly epochs = new Map<number, number>();
  private count = 0;

  constructor(
    private readonly faults: DatabaseFaults,
    /** Told of what a database may not let happen. */
    private readonly broken: (law: string) => void,
  ) {}

  /** The first decision of this identity. */
  decisionOf(id: string): StoredDecision | undefined {
    return this.rows.find((row) => row.id === id);
  }

  /** All or nothing, at one moment. */
  transact({ partition, assignment, decisions, nextOffset }: Transaction): Settled[] {
    this.refuseIfDown();
    this.claim(partition, assignment);
    const settled = decisions.map(({ id, offset }): Settled => {
      const found = this.faults.hasNoUniqueIndex === true ? undefined : this.decisionOf(id);
      const stored = found ?? this.store({ id, partition, offset });
      if (stored.partition !== partition || stored.offset !== offset) return { kind: 'duplicate' };
      return { kind: 'publish', bytes: this.faults.decidesAnew === true ? this.decide(id) : stored.bytes };
    });
    this.progress.set(partition, nextOffset);
    return settled;
  }

  refuseIfDown(): void {
    if (this.isDown) throw new PitwallError('The database is gone.', { code: 'database_unavailable', retriable: true });
  }

  /** Only the newest assignment may write. */
  private claim(partition: number, { id }: Assignment): void {
    const epoch = this.epochs.get(partition) ?? 0;
    if (id < epoch) {
      if (this.faults.ignoresEpochs !== true)
        throw new PitwallError('claimed by another', { code: 'stale_claim', retriable: true });
      this.broken(`a consumer that was overtaken has written to ${partition}`);
    }
    this.epochs.set(partition, Math.max(id, epoch));
  }

  private store(of: { readonly id: string; readonly partition: number; readonly offset: number }): StoredDecision {
    const stored = { ...of, bytes: this.decide(of.id) };
    this.rows.push(stored);
    return stored;
  }

  /** Like a decision that says when it was taken: another one each time. */
  private decide(id: string): string {
    this.count += 1;
    return `${id} decided ${this.count}`;
  }
}
