import type { BatchTransportOptions } from '@pitwall/messaging';

type Timers = NonNullable<BatchTransportOptions['timers']>;

interface Waiting {
  readonly at: number;
  readonly callback: () => void;
}

/** Time in milliseconds, from 0 on, that goes on from one thing that is waited for to the next. */
export class SimTimers implements Timers {
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

  /** Whether something is due without any time passing. */
  get isDue(): boolean {
    for (const { at } of this.waiting) if (at <= this.time) return true;
    return false;
  }

  /** Calls back what is due next; nothing where nothing is waited for. */
  next(): void {
    let next: Waiting | null = null;
    for (const entry of this.waiting) if (next === null || entry.at < next.at) next = entry;
    if (next === null) return;
    this.waiting.delete(next);
    this.time = Math.max(this.time, next.at);
    next.callback();
  }
}
