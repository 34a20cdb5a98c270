import { setTimeout as sleep } from 'node:timers/promises';

const CHUNKS_PER_SECOND = 5;
const MAX_CHUNK = 500;
const MS_PER_SECOND = 1_000;

/** What time a pace goes by; real unless given. */
interface PaceTime {
  readonly monotonicMs: () => number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

const REAL: PaceTime = {
  monotonicMs: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, null, { signal }),
};

/** Spreads records over time, so that no more than so many a second leave; what was missed is not caught up. */
export class Pace {
  readonly #perSecond: number;
  readonly #time: PaceTime;
  #freeAt = Number.NEGATIVE_INFINITY;

  constructor(perSecond: number, time: PaceTime = REAL) {
    this.#perSecond = perSecond;
    this.#time = time;
  }

  /** Records that may leave at once. */
  get chunk(): number {
    return Math.min(Math.max(Math.round(this.#perSecond / CHUNKS_PER_SECOND), 1), MAX_CHUNK);
  }

  /** Waits for the turn of so many records; at most a chunk. Returns early after the signal. */
  async turn(records: number, signal: AbortSignal): Promise<void> {
    const now = this.#time.monotonicMs();
    const waitMs = this.#freeAt - now;
    this.#freeAt = Math.max(this.#freeAt, now) + (records / this.#perSecond) * MS_PER_SECOND;
    if (waitMs <= 0) return;
    try {
      await this.#time.sleep(waitMs, signal);
    } catch {
      // Ctrl-C: whoever waits looks at the signal.
    }
  }
}
