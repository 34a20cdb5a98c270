import type { OffsetTracker } from '../delivery/offset-tracker.js';
import { keyOf, type Later, NOT_JUDGED, placeOf, placeRecords } from '../delivery/placement.js';
import type { InboundRecord } from '../port.js';
import type { BatchRun } from './batch-work.js';
import type { LaneContext, Step } from './lane-context.js';
import type { LaneHandler } from './lane-handler.js';
import type { AttemptsOf, LaneOutbox, Letter } from './lane-outbox.js';
import type { LaneRetries } from './lane-retries.js';

const once: AttemptsOf = () => 1;

/** Takes records of one lane that are handed over: each is done, kept to be tried again, or not taken. */
export class LaneIntake {
  /** A record could not be kept for want of room: it is to be handed over again. */
  isFull = false;

  constructor(
    private readonly context: LaneContext,
    private readonly parts: {
      readonly tracker: OffsetTracker;
      readonly handler: LaneHandler;
      readonly outbox: LaneOutbox;
      readonly retries: LaneRetries;
    },
  ) {}

  /**
   * Handles records and sends what they cause. True where all of them are taken, and more may be. Rejects where nothing works;
   * what was taken before stays taken.
   */
  async take(records: readonly InboundRecord[], step: Step): Promise<boolean> {
    const { retries, handler } = this.parts;
    const free = retries.isEmpty ? records : records.filter((record) => !retries.holds(keyOf(record)));
    if (free.length === 0) return this.settle(records, null, { step, attemptsOf: once });
    const run = await handler.handle(free, step);
    if (run !== null) return this.settle(records, run, { step, attemptsOf: once });
    // Some of these, nobody knows which, cannot be processed.
    const middle = records.length >> 1;
    return (await this.take(records.slice(0, middle), step)) && this.take(records.slice(middle), step);
  }

  private async settle(
    records: readonly InboundRecord[],
    run: BatchRun | null,
    sending: { readonly step: Step; readonly attemptsOf: AttemptsOf },
  ): Promise<boolean> {
    const { breaker, budget } = this.context;
    const placement = placeRecords(records, run ?? NOT_JUDGED, {
      room: budget.room,
      failed: (reason, record) => {
        breaker.failed(reason, placeOf(record));
        return breaker.isOpen;
      },
    });
    const letters = run === null ? [] : await this.parts.outbox.send(placement, run, sending);
    this.keep(placement.later, letters);
    const next = records[placement.taken];
    this.parts.tracker.moveTo(next === undefined ? (records.at(-1)?.offset ?? 0) + 1 : next.offset);
    this.isFull = placement.isFull;
    return next === undefined && !breaker.isOpen;
  }

  /** In the order of the records: that is how the tracker wants them. */
  private keep(later: readonly Later[], letters: readonly Letter[]): void {
    const { outbox, retries } = this.parts;
    if (later.length === 0) return;
    const waiting = new Map(letters.map((letter) => [letter.offset, letter]));
    for (const one of later) {
      const letter = waiting.get(one.record.offset);
      if (one.kind !== 'dead') retries.keep(one);
      else if (letter !== undefined) outbox.hold(letter);
    }
  }
}
