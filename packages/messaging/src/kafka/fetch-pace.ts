import { systemTimers, type Timers } from '../timers.js';

/** Records of one partition that a fetch brought. */
export interface FetchedBatch {
  readonly messages: readonly unknown[];
}

/** How long after a fetch that brought few records the next one is sent. */
const GATHER_MS = 20;
/** Records that are worth a fetch of their own. */
const ENOUGH_RECORDS = 500;

/**
 * When to fetch again. Without it a consumer at a steady rate asks as fast as it can, for a handful of records each time, and every
 * request, commit and transaction costs as much as for hundreds. Nothing waits where much comes, or where nothing came: the
 * broker answers with the first record after a pause.
 */
export class FetchPace {
  /** By node, on the clock of the timers. */
  private readonly notBefore = new Map<string, number>();

  constructor(private readonly timers: Timers = systemTimers) {}

  /** Resolves when the node is to be asked. */
  async until(nodeId: string): Promise<void> {
    const waitMs = (this.notBefore.get(nodeId) ?? 0) - this.timers.now();
    if (waitMs > 0) await new Promise<void>((resolve) => void this.timers.after(waitMs, resolve));
  }

  /** Tell what a fetch from the node brought. */
  brought(nodeId: string, batches: readonly FetchedBatch[]): void {
    const records = batches.reduce((sum, { messages }) => sum + messages.length, 0);
    if (records > 0 && records < ENOUGH_RECORDS) this.notBefore.set(nodeId, this.timers.now() + GATHER_MS);
    else this.notBefore.delete(nodeId);
  }
}
