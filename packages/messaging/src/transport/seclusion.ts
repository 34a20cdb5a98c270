import type { Heartbeat } from './batch-work.js';
import { Turns } from './turns.js';

/** Lets work that must be alone in its process wait for all other work, and the other way round, in the order of asking. */
export class Seclusion {
  private readonly turns = new Turns();
  /** Works that are alone, or wait to be. */
  private secluded = 0;
  private others = 0;
  private othersDone: (() => void) | null = null;
  /** Of who is next to be alone, and waits for others. */
  private nextBeat: Heartbeat | null = null;

  /** Runs work that may go on beside other such work. */
  async beside<Result>(heartbeat: Heartbeat, work: (heartbeat: Heartbeat) => Promise<Result>): Promise<Result> {
    if (this.secluded === 0) this.others += 1;
    // Counted in its turn: whoever is next finds it there.
    else
      await this.turns.run(heartbeat, async () => {
        this.others += 1;
      });
    try {
      return await work(async () => {
        await this.turns.beat(heartbeat);
        await this.nextBeat?.();
      });
    } finally {
      this.others -= 1;
      if (this.others === 0) this.othersDone?.();
    }
  }

  /** Runs work beside which nothing else goes on. */
  async alone<Result>(heartbeat: Heartbeat, work: (heartbeat: Heartbeat) => Promise<Result>): Promise<Result> {
    this.secluded += 1;
    try {
      return await this.turns.run(heartbeat, async (beat) => {
        await this.endOfOthers(beat);
        return work(beat);
      });
    } finally {
      this.secluded -= 1;
    }
  }

  private async endOfOthers(heartbeat: Heartbeat): Promise<void> {
    if (this.others === 0) return;
    this.nextBeat = heartbeat;
    await new Promise<void>((resolve) => (this.othersDone = resolve));
    this.othersDone = null;
    this.nextBeat = null;
  }
}
