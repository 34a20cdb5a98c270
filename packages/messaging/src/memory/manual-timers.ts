import { setImmediate as turnOfLoop } from 'node:timers/promises';
import type { Timers } from '../timers.js';

interface Waiting {
  readonly at: number;
  readonly callback: () => void;
}

/** Time that stands still until it is told to go on: for tests and simulations. */
export class ManualTimers implements Timers {
  private time = 0;
  private readonly waiting = new Set<Waiting>();

  now(): number {
    return this.time;
  }

  after(ms: number, callback: () => void): () => void {
    const entry: Waiting = { at: this.time + Math.max(ms, 0), callback };
    this.waiting.add(entry);
    return () => this.waiting.delete(entry);
  }

  /** Lets so much time pass: what is due is called back, in its order, and what follows from it at once is done. */
  async pass(ms: number): Promise<void> {
    const end = this.time + ms;
    await settle();
    for (let next = this.next(end); next !== null; next = this.next(end)) {
      this.time = Math.max(this.time, next.at);
      this.waiting.delete(next);
      next.callback();
      await settle();
    }
    this.time = end;
  }

  /** Whether nothing is waited for. */
  get isIdle(): boolean {
    return this.waiting.size === 0;
  }

  private next(end: number): Waiting | null {
    let next: Waiting | null = null;
    for (const entry of this.waiting) if (entry.at <= end && (next === null || entry.at < next.at)) next = entry;
    return next;
  }
}

/** Everything that only waits for promises has come to rest. */
async function settle(): Promise<void> {
  await turnOfLoop();
  await turnOfLoop();
}
