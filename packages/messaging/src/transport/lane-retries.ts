import type { ReasonCode } from '@pitwall/contracts';
import type { Dead, Failing } from '../batch-handler.js';
import type { OffsetTracker } from '../delivery/offset-tracker.js';
import { ownCopy } from '../delivery/own-copy.js';
import { type ParkedKey, PARKING, ParkingLot } from '../delivery/parking-lot.js';
import { type Later, placeOf, placeRecords, type PlacementRules } from '../delivery/placement.js';
import { dead } from '../outcomes.js';
import type { InboundRecord } from '../port.js';
import type { BatchRun } from './batch-work.js';
import type { LaneContext, Step } from './lane-context.js';
import type { LaneHandler } from './lane-handler.js';
import type { AttemptsOf, LaneOutbox } from './lane-outbox.js';
import { countRecordRetries } from './transport-metrics.js';

/** A record that is kept to be tried again. */
interface Kept {
  readonly record: InboundRecord;
  readonly bytes: number;
  /** How many records had been processed when it failed. */
  readonly processedBefore: number;
}

/** Records of a key that are tried together, where none of them has failed yet. */
const MAX_TRIED_TOGETHER = 500;

/**
 * What is unknown may be anything, and what stands in the way of one record may stand in the way of all, such as a lock on a table: it
 * is only the record's fault where others were processed meanwhile. Where records are few, the breaker does not see that.
 */
const MAYBE_NOT_ITS_FAULT: ReadonlySet<ReasonCode> = new Set(['unexpected_error', 'storage_conflict']);

/** The records of one lane that failed, and those that wait behind them. */
export class LaneRetries {
  /** Why a record is not given up though its time is over; null where there is none. */
  stuckBy: string | null = null;
  private readonly lot = new ParkingLot<Kept>();
  /** Keys whose records have failed together: which of them it was is found one by one. */
  private readonly oneByOne = new Set<string>();

  constructor(
    private readonly context: LaneContext,
    private readonly parts: {
      readonly tracker: OffsetTracker;
      readonly handler: LaneHandler;
      readonly outbox: LaneOutbox;
    },
  ) {}

  get isEmpty(): boolean {
    return this.lot.isEmpty;
  }

  /** When a record is to be tried next; null where none is kept. */
  get nextDueAt(): number | null {
    return this.lot.nextDueAt;
  }

  /** Whether a record of this key has to wait. */
  holds(key: string): boolean {
    return this.lot.holds(key);
  }

  /** Keeps a record that has failed, or that waits behind one; it stays open meanwhile. */
  keep(one: Later & { readonly kind: 'parked' | 'behind' }): void {
    const { budget, processed, timers } = this.context;
    const kept: Kept = { ...ownCopy(one.record), processedBefore: processed };
    budget.add(kept.bytes);
    if (one.kind === 'parked') this.lot.park(one.key, kept, timers.now());
    else this.lot.waitBehind(one.key, kept);
    this.parts.tracker.leaveOpen(one.record.offset);
  }

  /** Tries what is due again, up to so many keys. Rejects where nothing works. */
  async tryDue(limit: number, step: Step): Promise<void> {
    for (const parked of this.lot.due(this.context.timers.now(), limit)) {
      await this.try(parked, step);
      if (this.context.breaker.isOpen) return;
    }
  }

  /** Tries the key whose turn is next, due or not. */
  async tryFirst(step: Step): Promise<void> {
    const { first } = this.lot;
    if (first !== null) await this.try(first, step);
  }

  /** It works again: everything is tried anew, as if it had failed just now. */
  restart(): void {
    this.lot.restart(this.context.timers.now());
  }

  /** Forgets everything: it is handed over again under another assignment. */
  drop(): void {
    for (const { bytes } of this.lot.clear()) this.context.budget.remove(bytes);
    this.stuckBy = null;
  }

  private async try(parked: ParkedKey<Kept>, step: Step): Promise<void> {
    const { key, tries } = parked;
    const items = parked.items.slice(0, tries === 0 && !this.oneByOne.has(key) ? this.together(parked.items) : 1);
    countRecordRetries(items.length, this.context.work.binding);
    try {
      const run = await this.parts.handler.handle(items.map(recordOf), step);
      if (run === null) this.oneByOne.add(key);
      else await this.tried(parked, { items, run, step });
    } catch (error) {
      this.lot.postpone(key, this.context.timers.now(), PARKING.firstDelayMs);
      throw error;
    }
  }

  private together(items: readonly Kept[]): number {
    return Math.min(this.parts.handler.together(items.map(recordOf), 0), MAX_TRIED_TOGETHER);
  }

  private async tried(parked: ParkedKey<Kept>, { items, run, step }: Tried): Promise<void> {
    const failedAt = run.outcomes.findIndex(({ kind }) => kind === 'failing');
    if (failedAt === 0) {
      for (const message of run.messages) message.putOff('It has failed again, and comes again.');
      run.trace.succeeded();
    } else {
      const tries = parked.tries + 1;
      const done = failedAt === -1 ? items : items.slice(0, failedAt);
      await this.finish(parked.key, { items: done, run, step }, (record) => (record === items[0]?.record ? tries : 1));
    }
    if (failedAt !== -1) await this.failed(parked, run.outcomes[failedAt] as Failing, step);
  }

  /** The first of the key has failed, maybe again. */
  private async failed(parked: ParkedKey<Kept>, outcome: Failing, step: Step): Promise<void> {
    const { breaker, timers, work } = this.context;
    const [kept] = parked.items;
    if (parked.tries === 0) breaker.failed(outcome.reason, placeOf(kept.record));
    const isOver = this.lot.failed(parked.key, timers.now());
    if (!isOver || breaker.isOpen) return;
    if (!this.mayGiveUp(kept, outcome)) {
      this.stuckBy = outcome.message;
      return;
    }
    const { tries } = parked;
    const run = work.judge(this.parts.handler.part([kept.record], step), givenUp(outcome, tries));
    await this.finish(parked.key, { items: [kept], run, step }, () => tries);
  }

  private mayGiveUp({ processedBefore }: Kept, { reason }: Failing): boolean {
    return !MAYBE_NOT_ITS_FAULT.has(reason) || this.context.processed > processedBefore;
  }

  /** These, the first of their key, are processed or dead. */
  private async finish(key: string, { items, run, step }: Tried, attemptsOf: AttemptsOf): Promise<void> {
    const { tracker, outbox } = this.parts;
    const placement = placeRecords(items.map(recordOf), run, NOTHING_KEPT);
    const letters = await outbox.send(placement, run, { step, attemptsOf });
    const isHeld = new Set(letters.map(({ offset }) => offset));
    for (const letter of letters) outbox.hold(letter);
    for (const { record, bytes } of items) {
      this.context.budget.remove(bytes);
      if (!isHeld.has(record.offset)) tracker.close(record.offset);
    }
    this.lot.advance(key, items.length, this.context.timers.now());
    this.stuckBy = null;
    if (!this.lot.holds(key)) this.oneByOne.delete(key);
  }
}

interface Tried {
  readonly items: readonly Kept[];
  readonly run: BatchRun;
  readonly step: Step;
}

const NOTHING_KEPT: PlacementRules = { room: { records: 0, bytes: 0 }, failed: () => false };

function recordOf({ record }: Kept): InboundRecord {
  return record;
}

function givenUp({ reason, message, identity }: Failing, tries: number): Dead {
  const seconds = PARKING.maxTimeMs / 1_000;
  return dead({ reason, message: `${message} Given up after ${tries} tries in ${seconds} s.`, identity });
}
