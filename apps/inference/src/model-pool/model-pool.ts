import { setTimeout as delay } from 'node:timers/promises';
import { PitwallError } from '@pitwall/contracts';
import type { InputBatch, Scores } from '../model-child/protocol.js';
import type { ModelProcess } from './model-child.js';
import { restartDelayMs } from './restart-delay.js';

/** What became of one batch. */
export type BatchAnswer =
  | { readonly kind: 'scores'; readonly scores: Scores; readonly elapsedMs: number }
  /** `error`: ONNX Runtime refused it. `died`: the child that ran it crashed, or was killed for its time budget. */
  | { readonly kind: 'failed'; readonly cause: 'error' | 'died'; readonly message: string };

/** Told what happens in the pool: for logs and metrics. */
export interface PoolObserver {
  readonly childStarted: (child: { readonly pid: number; readonly tookMs: number }) => void;
  /** The child could not be started, or ended while it was needed. */
  readonly childLost: (loss: { readonly phase: 'starting' | 'running'; readonly error: Error }) => void;
}

export interface ModelPoolOptions {
  /** Starts a child that is fit for traffic: model loaded, golden rows checked. */
  readonly startChild: () => Promise<ModelProcess>;
  /** Children side by side. */
  readonly size: number;
  /** How long a batch may wait for a child before it is given back. */
  readonly maxWaitMs: number;
  readonly observer: PoolObserver;
  /** See {@link restartDelayMs}; tests wait less. */
  readonly restartDelayMs?: (endsInARow: number) => number;
}

interface Job {
  readonly batch: InputBatch;
  readonly resolve: (answer: BatchAnswer) => void;
  readonly reject: (error: Error) => void;
  deadline: NodeJS.Timeout | null;
}

interface Slot {
  child: ModelProcess | null;
  inFlight: number;
}

/** Batches that a child holds at a time: while it runs one, the next is on its way. */
const IN_FLIGHT = 2;
const CLOSED = 'the model is no longer served here';

/**
 * Children that run one model version. A child that crashes or exceeds its budget is replaced; the batch that it was running is
 * answered `failed`, those that it had not begun go to the next child. Every batch is run by one child at a time.
 */
export class ModelPool {
  private readonly slots: Slot[];
  private readonly queue: Job[] = [];
  private readonly closing = new AbortController();
  private keepers: Promise<void>[] = [];
  /** Why the last start failed; null once a start succeeded. */
  private startError: Error | null = null;
  /** Failed starts, and ends without a batch at fault, since a child last answered. */
  private endsInARow = 0;

  constructor(private readonly options: ModelPoolOptions) {
    this.slots = Array.from({ length: options.size }, () => ({ child: null, inFlight: 0 }));
  }

  /** Resolves when a child is fit for traffic; rejects with the reason of the first failed start and tries no more. */
  async start(): Promise<void> {
    const [first, ...others] = this.slots as [Slot, ...Slot[]];
    await this.startIn(first);
    this.keepers = [this.keep(first), ...others.map((slot) => this.keep(slot))];
  }

  /**
   * Never answers `failed` for anything but what the child did with this very batch. Rejects with `model_unavailable`
   * (retriable) when there is no child, and none comes in time.
   */
  score(batch: InputBatch): Promise<BatchAnswer> {
    return new Promise((resolve, reject) => {
      this.submit({ batch, resolve, reject, deadline: null }, 'last');
    });
  }

  /** Why no batch can be run now; null when all is well, also while the first replacement of a child is on its way. */
  get notReadyReason(): string | null {
    if (!this.isEmpty) return null;
    if (this.startError !== null) return this.startError.message;
    return this.endsInARow > 1 ? `the model child ended ${this.endsInARow} times in a row` : null;
  }

  get queued(): number {
    return this.queue.length;
  }

  get rssBytes(): number {
    return this.slots.reduce((sum, slot) => sum + (slot.child?.rssBytes ?? 0), 0);
  }

  /** Process ids of the children that run now. */
  get pids(): readonly number[] {
    return this.slots.flatMap((slot) => (slot.child === null ? [] : [slot.child.pid]));
  }

  /** Ends the children. What is still waiting is rejected. */
  async close(): Promise<void> {
    this.closing.abort();
    this.rejectQueue(CLOSED);
    await Promise.all(this.slots.map(async ({ child }) => child?.stop()));
    await Promise.all(this.keepers);
  }

  private submit(job: Job, place: 'first' | 'last'): void {
    const hopeless = this.closing.signal.aborted ? CLOSED : this.isEmpty ? this.startError?.message : undefined;
    if (hopeless !== undefined) {
      job.reject(unavailable(hopeless));
      return;
    }
    if (place === 'first') this.queue.unshift(job);
    else this.queue.push(job);
    this.pump();
    if (this.isEmpty) this.limitWaits();
  }

  private get isEmpty(): boolean {
    return this.slots.every((slot) => slot.child === null);
  }

  /** There is no child: what waits is not to wait for ever. */
  private limitWaits(): void {
    for (const job of this.queue) job.deadline ??= setTimeout(() => this.giveUp(job), this.options.maxWaitMs);
  }

  private giveUp(job: Job): void {
    const at = this.queue.indexOf(job);
    if (at === -1) return;
    this.queue.splice(at, 1);
    job.reject(unavailable(`no model child became ready within ${this.options.maxWaitMs} ms`));
  }

  private pump(): void {
    for (let job = this.queue[0]; job !== undefined; job = this.queue[0]) {
      const slot = this.freest();
      if (slot === null) return;
      this.queue.shift();
      if (job.deadline !== null) clearTimeout(job.deadline);
      void this.run(slot, job);
    }
  }

  private freest(): Slot | null {
    let best: Slot | null = null;
    for (const slot of this.slots) {
      if (slot.child !== null && slot.inFlight < (best?.inFlight ?? IN_FLIGHT)) best = slot;
    }
    return best;
  }

  private async run(slot: Slot, job: Job): Promise<void> {
    const child = slot.child as ModelProcess;
    slot.inFlight += 1;
    const answer = await child.infer(job.batch);
    if (slot.child === child) slot.inFlight -= 1;
    switch (answer.kind) {
      case 'scores':
        this.endsInARow = 0;
        job.resolve(answer);
        break;
      case 'error':
        job.resolve({ kind: 'failed', cause: 'error', message: answer.message });
        break;
      case 'died':
        this.leave(slot, child);
        // It was the batch's doing, and its rows wait to be tried alone: the replacement comes at once.
        this.endsInARow = 1;
        if (this.closing.signal.aborted) job.reject(unavailable(CLOSED));
        else job.resolve({ kind: 'failed', cause: 'died', message: answer.message });
        break;
      case 'not_run':
        this.leave(slot, child);
        this.submit(job, 'first');
        break;
      default:
        answer satisfies never;
    }
    this.pump();
  }

  /** The child has ended: nothing more is given to it. */
  private leave(slot: Slot, child: ModelProcess): void {
    if (slot.child !== child) return;
    this.endsInARow += 1;
    Object.assign(slot, { child: null, inFlight: 0 });
    if (this.isEmpty) this.limitWaits();
  }

  /** Replaces the slot's child for as long as the pool is open. */
  private async keep(slot: Slot): Promise<void> {
    const { signal } = this.closing;
    while (!signal.aborted) {
      const { child } = slot;
      if (child !== null) {
        const reason = await child.exited;
        this.leave(slot, child);
        if (signal.aborted) return;
        const error = new PitwallError(reason, { code: 'model_child_died', retriable: true });
        this.options.observer.childLost({ phase: 'running', error });
      }
      const waitMs = (this.options.restartDelayMs ?? restartDelayMs)(this.endsInARow);
      await delay(waitMs, undefined, { signal }).catch(() => undefined);
      // A failed start has been told to the observer, and the next turn waits longer.
      if (!signal.aborted) await this.startIn(slot).catch(() => undefined);
    }
  }

  private async startIn(slot: Slot): Promise<void> {
    const startedAt = performance.now();
    try {
      const child = await this.options.startChild();
      if (this.closing.signal.aborted) {
        await child.stop();
        return;
      }
      Object.assign(slot, { child, inFlight: 0 });
      this.startError = null;
      this.options.observer.childStarted({ pid: child.pid, tookMs: performance.now() - startedAt });
      this.pump();
    } catch (error) {
      this.endsInARow += 1;
      this.startError = error as Error;
      this.options.observer.childLost({ phase: 'starting', error: this.startError });
      if (this.isEmpty) this.rejectQueue(this.startError.message);
      throw error;
    }
  }

  private rejectQueue(reason: string): void {
    for (const job of this.queue.splice(0)) {
      if (job.deadline !== null) clearTimeout(job.deadline);
      job.reject(unavailable(reason));
    }
  }
}

function unavailable(reason: string): PitwallError {
  return new PitwallError(`No model answers: ${reason}. The batch comes again.`, {
    code: 'model_unavailable',
    retriable: true,
  });
}
