import { failpoint } from '@pitwall/failpoints';
import type { OffsetTracker } from '../delivery/offset-tracker.js';
import { ownCopy } from '../delivery/own-copy.js';
import type { Later, Placement } from '../delivery/placement.js';
import type { Assignment, InboundRecord, OutboundRecord, RecordBatch } from '../port.js';
import type { BatchRun } from './batch-work.js';
import type { LaneContext, Step } from './lane-context.js';
import { countBatch } from './transport-metrics.js';

/** A dead letter that is made, and maybe has to wait until there may be another one. */
export interface Letter {
  readonly offset: number;
  readonly reason: string;
  readonly letter: OutboundRecord;
}

/** How often a record was tried. */
export type AttemptsOf = (record: InboundRecord) => number;

/** Sends what records of one lane cause: outputs at once, dead letters as their rate allows. */
export class LaneOutbox {
  private readonly held: Letter[] = [];

  constructor(
    private readonly assignment: Assignment,
    private readonly context: LaneContext,
    private readonly tracker: OffsetTracker,
  ) {}

  /** Dead letters that wait. */
  get heldCount(): number {
    return this.held.length;
  }

  /** Sends what a placement says. Answers the dead letters that may not be sent yet: the caller holds them or forgets them. */
  async send(
    placement: Placement,
    run: BatchRun,
    { step, attemptsOf }: { readonly step: Step; readonly attemptsOf: AttemptsOf },
  ): Promise<readonly Letter[]> {
    const { work, deadLetters, timers } = this.context;
    for (const at of placement.putOff) run.messages[at]?.putOff('It is put off, and comes again.');
    const letters = this.lettersOf(placement.later, run, attemptsOf);
    const granted = letters.length === 0 ? 0 : deadLetters.take(letters.length, timers.now());
    const sent = letters.slice(0, granted);
    const records = granted === 0 ? placement.outputs : [...placement.outputs, ...sent.map(({ letter }) => letter)];
    try {
      await this.pass(records, step);
      failpoint('after_produce');
      if (granted > 0) failpoint('after_dead_letter');
    } catch (error) {
      work.failed(run, error);
      throw error;
    }
    run.trace.succeeded();
    const done = run.messages.length - placement.putOff.length - letters.length;
    this.worked(done + granted);
    this.count(run, { outputs: records, dead: sent, done });
    return letters.slice(granted);
  }

  /** Keeps a dead letter to be sent later; its record stays open meanwhile. */
  hold({ letter, ...rest }: Letter): void {
    this.held.push({ ...rest, letter: ownCopy(letter).record });
    this.tracker.leaveOpen(rest.offset);
  }

  /** Sends as many of the held dead letters as may be sent now. */
  async sendHeld(step: Step): Promise<void> {
    const { deadLetters, timers } = this.context;
    if (this.held.length === 0) return;
    const count = deadLetters.take(this.held.length, timers.now());
    if (count === 0) return;
    const letters = this.held.slice(0, count);
    const outputs = letters.map(({ letter }) => letter);
    const startedAt = performance.now();
    await this.pass(outputs, step);
    failpoint('after_dead_letter');
    for (const { offset } of letters) this.tracker.close(offset);
    this.held.splice(0, count);
    this.worked(count);
    this.count({ batch: step.batch, startedAt }, { outputs, dead: letters, done: 0 });
  }

  /** Forgets what is held: its records are handed over again under another assignment. */
  drop(): void {
    this.held.length = 0;
  }

  private lettersOf(later: readonly Later[], run: BatchRun, attemptsOf: AttemptsOf): readonly Letter[] {
    return later.flatMap((one) => {
      if (one.kind !== 'dead') return [];
      const { at, record, outcome } = one;
      const message = run.messages[at] as BatchRun['messages'][number];
      const letter = this.context.work.letter(message, { outcome, attempts: run.attempts ?? attemptsOf(record) });
      return [{ offset: record.offset, reason: outcome.reason, letter }];
    });
  }

  private pass(records: readonly OutboundRecord[], { heartbeat }: Step): Promise<void> {
    return this.context.work.send(records, this.assignment, heartbeat);
  }

  private worked(records: number): void {
    this.context.processed += records;
    this.context.breaker.succeeded(records);
  }

  private count(run: { readonly batch: RecordBatch; readonly startedAt: number }, facts: Sent): void {
    const { work } = this.context;
    countBatch({
      batch: run.batch,
      binding: work.binding,
      outputs: facts.outputs,
      done: facts.done,
      reasons: facts.dead.map(({ reason }) => reason),
      durationMs: performance.now() - run.startedAt,
    });
  }
}

interface Sent {
  readonly outputs: readonly OutboundRecord[];
  readonly dead: readonly Letter[];
  readonly done: number;
}
