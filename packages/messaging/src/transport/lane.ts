import { PitwallError } from '@pitwall/contracts';
import { failpoint, isPlanted } from '@pitwall/failpoints';
import { backoffMs } from '../backoff.js';
import { OffsetTracker } from '../delivery/offset-tracker.js';
import type { Assignment, InboundRecord, RecordBatch } from '../port.js';
import type { Heartbeat } from './batch-work.js';
import type { LaneContext, Step } from './lane-context.js';
import { LaneCrashes } from './lane-crashes.js';
import { LaneHandler } from './lane-handler.js';
import { LaneIntake } from './lane-intake.js';
import { LaneOutbox } from './lane-outbox.js';
import { LaneRetries } from './lane-retries.js';
import { measureLag } from './transport-metrics.js';
import { LETTERS_HELD, NO_ROOM, type Trouble } from './trouble.js';
import { Turns } from './turns.js';

/** Who is told what a lane does on its own. */
export interface LaneListener {
  /** What is wrong with its partition, or null. */
  trouble(lane: Lane, trouble: Trouble | null): void;
  /** Something was done that may let other lanes go on: there is room again, or the breaker has opened. */
  changed(): void;
}

const NO_RECORDS: readonly InboundRecord[] = [];

/** Keys that are tried again in one turn: then records that were handed over meanwhile have theirs. */
const MAX_RETRIES_PER_TURN = 20;
/** Dead letters that are worth a request of their own. */
const MIN_LETTERS = 20;

/**
 * One partition under one assignment, from its first record until the partition is held no more. It does one thing after
 * another: takes what is handed over, tries again what has failed, sends dead letters as they are allowed, and commits up to
 * the first record that is not done.
 */
export class Lane {
  private readonly tracker: OffsetTracker;
  private readonly handler: LaneHandler;
  private readonly outbox: LaneOutbox;
  private readonly retries: LaneRetries;
  private readonly intake: LaneIntake;
  private readonly crashes: LaneCrashes;
  private readonly turns = new Turns();
  private committed: number;
  /** Where its records stand; null before the first of them. Without records: what was fetched with them would stay in memory. */
  private place: RecordBatch | null = null;
  private told: Trouble | null = null;
  private cancelTimer: (() => void) | null = null;
  private isPaused = false;
  private isClosed = false;
  /** One record may be taken all the same, to see whether anything works. */
  private hasTrial = false;
  private failures = 0;
  private failure: string | null = null;

  constructor(
    readonly assignment: Assignment,
    private readonly context: LaneContext,
    private readonly listener: LaneListener,
  ) {
    const tracker = new OffsetTracker(assignment.committedOffset ?? assignment.logStartOffset);
    const crashes = new LaneCrashes(assignment);
    const handler = new LaneHandler(context, tracker, crashes);
    const outbox = new LaneOutbox(assignment, context, tracker);
    const retries = new LaneRetries(context, { tracker, handler, outbox });
    this.intake = new LaneIntake(context, { tracker, handler, outbox, retries });
    this.tracker = tracker;
    this.handler = handler;
    this.outbox = outbox;
    this.retries = retries;
    this.crashes = crashes;
    this.committed = tracker.position;
    assignment.ended.addEventListener('abort', () => this.drop(), { once: true });
  }

  /** Whether it keeps records that have failed. */
  get hasParked(): boolean {
    return !this.retries.isEmpty;
  }

  /** Whether nothing more is taken from it for now. */
  get isHeldBack(): boolean {
    return this.isPaused;
  }

  /** Takes a batch, all of it or a part; answers the offset up to which it has. Rejects where nothing works. */
  take(batch: RecordBatch, heartbeat: Heartbeat): Promise<number> {
    return this.turns.run(heartbeat, async (beat) => {
      if (this.place?.highWatermark !== batch.highWatermark) this.place = { ...batch, records: NO_RECORDS };
      try {
        if (!this.mustWait) await this.takeTurn({ batch, heartbeat: beat });
        return this.tracker.position;
      } finally {
        this.settleDown();
        if (this.context.breaker.isOpen) this.listener.changed();
      }
    });
  }

  /** Tries the record whose turn is next, to see whether anything works again. */
  async probe(): Promise<void> {
    await this.onItsOwn((step) => this.retries.tryFirst(step));
  }

  /** Takes one record that was not tried yet, should there be any, to see whether anything works again. */
  tryAnother(): void {
    this.hasTrial = true;
    this.settleDown();
  }

  /** It works again. */
  restart(): void {
    this.retries.restart();
    this.review();
  }

  /** Pauses, resumes and plans anew, after something has changed for all lanes. */
  review(): void {
    this.settleDown();
  }

  /** Does what it has in hand, and nothing more. What is not done is not committed, and comes again elsewhere. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.settleDown();
    await this.turns.idle();
    if (this.assignment.ended.aborted) return;
    try {
      await this.crashes.end(this.committed);
    } catch {
      // The next start counts as one after a crash, then: no more than that.
    }
  }

  private get isOver(): boolean {
    return this.isClosed || this.assignment.ended.aborted;
  }

  /** Nothing more is taken now. */
  private get mustWait(): boolean {
    const isBroken = this.context.breaker.isOpen && !this.hasTrial;
    return this.isOver || isBroken || this.intake.isFull || this.outbox.heldCount > 0;
  }

  private async takeTurn(step: Step): Promise<void> {
    const { batch } = step;
    const { position } = this.tracker;
    const { records } = batch;
    const fresh = (records[0]?.offset ?? 0) >= position ? records : records.filter(({ offset }) => offset >= position);
    if (this.context.work.mayGiveUp) await this.crashes.begin(batch.nextOffset);
    if (isPlanted('commit_before_write')) await this.assignment.commit(batch.nextOffset);
    await this.takeAll(fresh, step);
    await this.commit(step);
    const ageMs = this.context.work.now().getTime() - (records[0]?.appendedAt ?? 0);
    this.measure(step.batch, ageMs);
  }

  /** All of them, or one only as a trial. */
  private async takeAll(fresh: readonly InboundRecord[], step: Step): Promise<void> {
    if (this.context.breaker.isOpen) await this.takeFresh(fresh.slice(0, 1), step);
    else if (fresh.length === 0 || (await this.takeFresh(fresh, step))) this.tracker.moveTo(step.batch.nextOffset);
    this.hasTrial = false;
  }

  private async takeFresh(records: readonly InboundRecord[], step: Step): Promise<boolean> {
    for (let at = 0, count = 0; at < records.length; at += count) {
      count = this.handler.together(records, at);
      const part = count === records.length ? records : records.slice(at, at + count);
      if (!(await this.intake.take(part, step))) return false;
    }
    return true;
  }

  private async commit(step: Step): Promise<void> {
    await this.handler.storeProgress(step);
    const { doneTo } = this.tracker;
    if (doneTo <= this.committed) return;
    failpoint('before_offset_commit');
    await this.assignment.commit(doneTo, this.crashes.metadataAt(doneTo));
    this.committed = doneTo;
  }

  /** What is due by time: held dead letters, records to be tried again. */
  private async catchUp(step: Step): Promise<void> {
    await this.outbox.sendHeld(step);
    if (!this.context.breaker.isOpen) await this.retries.tryDue(MAX_RETRIES_PER_TURN, step);
  }

  /** A turn that nobody waits for. */
  private onItsOwn(work: (step: Step) => Promise<void>): Promise<void> {
    return this.turns.run(null, async (heartbeat) => {
      const batch = this.place;
      if (batch === null || this.isOver) return;
      const step: Step = { batch, heartbeat };
      try {
        await work(step);
        await this.commit(step);
        this.measure(batch, null);
        this.failures = 0;
        this.failure = null;
      } catch (error) {
        this.failed(error);
      } finally {
        this.settleDown();
        this.listener.changed();
      }
    });
  }

  private failed(error: unknown): void {
    if (this.isOver) return;
    this.failures += 1;
    this.failure = error instanceof Error ? error.message : String(error);
    if (error instanceof PitwallError && error.code === 'stale_claim') this.assignment.rejoin();
  }

  private measure({ partition, highWatermark }: RecordBatch, ageMs: number | null): void {
    measureLag(this.context.work.binding, partition, { records: highWatermark - this.tracker.doneTo, ageMs });
  }

  private drop(): void {
    this.settleDown();
    this.listener.changed();
  }

  private settleDown(): void {
    if (this.assignment.ended.aborted) {
      this.retries.drop();
      this.outbox.drop();
    }
    if (!this.context.budget.isFull) this.intake.isFull = false;
    this.pauseOrResume();
    this.plan();
    this.tell(this.troubleNow());
  }

  private tell(trouble: Trouble | null): void {
    if (trouble?.reason === this.told?.reason) return;
    this.told = trouble;
    this.listener.trouble(this, trouble);
  }

  private pauseOrResume(): void {
    if (this.mustWait === this.isPaused) return;
    this.isPaused = this.mustWait;
    if (this.isPaused) this.assignment.pause();
    else this.assignment.resume();
  }

  private plan(): void {
    this.cancelTimer?.();
    this.cancelTimer = null;
    if (this.isOver) return;
    const delayMs = this.delayMs();
    if (delayMs === null) return;
    const patienceMs = this.failures === 0 ? 0 : backoffMs(this.failures);
    this.cancelTimer = this.context.timers.after(Math.max(delayMs, patienceMs), () => {
      this.cancelTimer = null;
      void this.onItsOwn((step) => this.catchUp(step));
    });
  }

  /** How long until there is something to do; null where there is nothing. */
  private delayMs(): number | null {
    const { timers, deadLetters, breaker } = this.context;
    const now = timers.now();
    const { heldCount } = this.outbox;
    const letters = heldCount === 0 ? null : deadLetters.msUntil(Math.min(heldCount, MIN_LETTERS), now);
    const dueAt = breaker.isOpen ? null : this.retries.nextDueAt;
    const retry = dueAt === null ? null : Math.max(dueAt - now, 0);
    if (letters === null || retry === null) return letters ?? retry ?? this.commitDelayMs();
    return Math.min(letters, retry);
  }

  /** A commit that failed on a turn of its own is tried again. */
  private commitDelayMs(): number | null {
    return this.failures > 0 && this.tracker.doneTo > this.committed ? 0 : null;
  }

  private troubleNow(): Trouble | null {
    if (this.isOver) return null;
    const retrying = this.failure ?? this.retries.stuckBy;
    if (retrying !== null) return { kind: 'retrying', reason: retrying };
    if (this.outbox.heldCount > 0) return LETTERS_HELD;
    return this.intake.isFull ? NO_ROOM : null;
  }
}
