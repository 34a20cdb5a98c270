import type { Heartbeat } from './batch-work.js';

/** Does one thing after another. */
export class Turns {
  private last: Promise<unknown> = Promise.resolve();
  /** Of who waits for a turn: while it does, nobody else keeps its membership alive. */
  private readonly waiting = new Set<Heartbeat>();

  /** `heartbeat` null: the work was begun by a timer, and holds up nobody but those who wait for it. */
  run<Result>(heartbeat: Heartbeat | null, work: (heartbeat: Heartbeat) => Promise<Result>): Promise<Result> {
    if (heartbeat !== null) this.waiting.add(heartbeat);
    const turn = this.last.then(() => {
      if (heartbeat !== null) this.waiting.delete(heartbeat);
      return work(() => this.beat(heartbeat));
    });
    this.last = turn.catch(() => undefined);
    return turn;
  }

  /** Resolves when all that was begun so far has ended. */
  async idle(): Promise<void> {
    await this.last;
  }

  /** Keeps the membership of whoever works alive, and of all who wait. */
  async beat(own: Heartbeat | null): Promise<void> {
    await own?.();
    for (const heartbeat of this.waiting) await heartbeat();
  }
}
