import { backoffMs } from '../backoff.js';
import { Breaker } from '../delivery/breaker.js';
import { RecordBudget } from '../delivery/record-budget.js';
import type { TokenBucket } from '../delivery/token-bucket.js';
import type { RecordBatch, SubscriptionState } from '../port.js';
import type { Timers } from '../timers.js';
import type { BatchWork, Heartbeat } from './batch-work.js';
import type { LaneContext } from './lane-context.js';
import { LaneStatus } from './lane-status.js';
import { Lane, type LaneListener } from './lane.js';
import type { Seclusion } from './seclusion.js';
import { measureSubscription } from './transport-metrics.js';
import type { Trouble } from './trouble.js';

/** What may be kept in memory of records that failed, and of those that wait behind them, per subscription. */
const PARKED_LIMITS = { maxRecords: 1_000, maxBytes: 32 * 1024 * 1024 };

/** Delay before the first probe while nothing works; it grows to 10 s. */
const FIRST_PROBE = 4;

/** What the lanes of a subscription are made with. */
export interface LanesOptions {
  readonly work: BatchWork;
  readonly timers: Timers;
  /** Of the pipeline: its subscriptions share it. */
  readonly deadLetters: TokenBucket;
  /** Of the process, see {@link LaneContext}. */
  readonly seclusion: Seclusion;
  readonly onState: (state: SubscriptionState) => void;
}

/** All partitions that a subscription holds, and what they have in common: a breaker, a budget of memory, a state. */
export class Lanes implements LaneListener {
  private readonly lanes = new Map<string, Lane>();
  private readonly context: LaneContext;
  private readonly status: LaneStatus;
  private probes = 0;
  /** How many records had been processed when the breaker opened; null while it is closed. */
  private processedBefore: number | null = null;
  private cancelProbe: (() => void) | null = null;
  private isClosed = false;

  constructor({ work, timers, deadLetters, seclusion, onState }: LanesOptions) {
    const breaker = new Breaker();
    const budget = new RecordBudget(PARKED_LIMITS);
    this.context = { work, timers, breaker, budget, deadLetters, seclusion, processed: 0 };
    this.status = new LaneStatus(onState);
  }

  /** Takes a batch, all of it or a part, see {@link Lane.take}. */
  take(batch: RecordBatch, heartbeat: Heartbeat): Promise<number> {
    return this.laneOf(batch).take(batch, heartbeat);
  }

  /** What the client says of the subscription. */
  clientSays(state: SubscriptionState): void {
    this.status.clientSays(state);
  }

  trouble(lane: Lane, trouble: Trouble | null): void {
    this.status.laneSays(lane, trouble);
    this.measure();
  }

  changed(): void {
    for (const [key, lane] of this.lanes) if (lane.assignment.ended.aborted) this.lanes.delete(key);
    if (this.context.breaker.isOpen) this.whileOpen();
    for (const lane of this.lanes.values()) lane.review();
    this.measure();
  }

  /** Does what is in hand, and nothing more. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.cancelProbe?.();
    await Promise.all([...this.lanes.values()].map((lane) => lane.close()));
  }

  private laneOf({ topic, partition, assignment }: RecordBatch): Lane {
    const key = `${topic} ${partition}`;
    const known = this.lanes.get(key);
    if (known?.assignment === assignment) return known;
    const lane = new Lane(assignment, this.context, this);
    this.lanes.set(key, lane);
    this.measure();
    return lane;
  }

  private whileOpen(): void {
    if (this.processedBefore === null) this.opened();
    else if (this.context.processed > this.processedBefore) this.recover();
    else this.planProbe();
  }

  private opened(): void {
    const reason = this.context.breaker.reason ?? '';
    this.processedBefore = this.context.processed;
    this.status.breakerSays({
      kind: 'retrying',
      reason: `most records fail alike (${reason}): nothing is given up, and one record at a time is tried until it works again`,
    });
    this.planProbe();
  }

  private planProbe(): void {
    if (this.cancelProbe !== null || this.isClosed) return;
    this.probes += 1;
    this.cancelProbe = this.context.timers.after(backoffMs(this.probes + FIRST_PROBE - 1), () => {
      this.cancelProbe = null;
      void this.probe();
    });
  }

  /** A record that has failed, another one each time, and one that was not tried yet: either shows whether anything works. */
  private async probe(): Promise<void> {
    const lanes = [...this.lanes.values()];
    const parked = lanes.filter((lane) => lane.hasParked);
    // Nothing is kept any more of what has failed: what comes next will show.
    if (parked.length === 0) return this.recover();
    await parked[this.probes % parked.length]?.probe();
    if (this.context.breaker.isOpen) lanes[this.probes % lanes.length]?.tryAnother();
  }

  private recover(): void {
    this.context.breaker.close();
    this.cancelProbe?.();
    this.cancelProbe = null;
    this.processedBefore = null;
    this.probes = 0;
    this.status.breakerSays(null);
    for (const lane of this.lanes.values()) lane.restart();
    this.measure();
  }

  private measure(): void {
    const { breaker, budget, work } = this.context;
    const paused = [...this.lanes.values()].filter((lane) => lane.isHeldBack).length;
    measureSubscription(work.binding, { isBreakerOpen: breaker.isOpen, parked: budget.records, paused });
  }
}
