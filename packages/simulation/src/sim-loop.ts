import { setImmediate as turnOfLoop } from 'node:timers/promises';
import type fc from 'fast-check';
import { SimTimers } from './sim-timers.js';

/**
 * Lets one thing happen at a time: of all that takes time and is under way, the scheduler says what is over next; where nothing
 * is under way, time goes on to what is due next.
 */
export class SimLoop {
  readonly timers = new SimTimers();

  constructor(private readonly scheduler: fc.Scheduler) {}

  /** Something takes time: resolves when the scheduler says so. `what` is for the report of a seed that fails. */
  async turn(what: string): Promise<void> {
    await this.scheduler.schedule(Promise.resolve(), what);
  }

  /** One thing happens. */
  async step(): Promise<void> {
    if (this.timers.isDue || this.scheduler.count() === 0) this.timers.next();
    else await this.scheduler.waitNext(1);
    await turnOfLoop();
  }

  /** Things happen until `isReached`; false where so many were not enough. */
  async reaches(isReached: () => boolean, maxSteps: number): Promise<boolean> {
    for (let step = 0; !isReached(); step += 1) {
      if (step === maxSteps) return false;
      await this.step();
    }
    return true;
  }
}
