import { PitwallError } from '@pitwall/contracts';
import type { Assignment } from '../../src/index.js';

/** A decision as it was stored first, and of which record. */
export interface StoredDecision {
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

/** Decisions by identity, and the progress of each partition under its epoch. */
export class SimDatabase {
  readonly decisions = new Map<string, StoredDecision>();
  readonly progress = new Map<number, number>();
  isDown = false;
  private readonly epochs = new Map<number, number>();
  private count = 0;

  /** All or nothing, at one moment. */
  transact({ partition, assignment, decisions, nextOffset }: Transaction): Settled[] {
    this.refuseIfDown();
    // A claim: only the newest assignment may write.
    const epoch = this.epochs.get(partition) ?? 0;
    if (assignment.id < epoch) throw new PitwallError('claimed by another', { code: 'stale_claim', retriable: true });
    this.epochs.set(partition, assignment.id);
    const settled = decisions.map(({ id, offset }): Settled => {
      const stored = this.decisions.get(id) ?? this.store(id, { partition, offset });
      const isOwn = stored.partition === partition && stored.offset === offset;
      return isOwn ? { kind: 'publish', bytes: stored.bytes } : { kind: 'duplicate' };
    });
    this.progress.set(partition, nextOffset);
    return settled;
  }

  refuseIfDown(): void {
    if (this.isDown) throw new PitwallError('The database is gone.', { code: 'database_unavailable', retriable: true });
  }

  private store(id: string, position: { readonly partition: number; readonly offset: number }): StoredDecision {
    this.count += 1;
    const stored = { bytes: `${id} decided ${this.count}`, ...position };
    this.decisions.set(id, stored);
    return stored;
  }
}
