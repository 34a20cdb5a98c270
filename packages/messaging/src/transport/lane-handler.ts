import { PitwallError } from '@pitwall/contracts';
import type { Failing } from '../batch-handler.js';
import type { OffsetTracker } from '../delivery/offset-tracker.js';
import { failing, RecordsFailing } from '../outcomes.js';
import type { InboundRecord, RecordBatch } from '../port.js';
import type { BatchRun } from './batch-work.js';
import type { LaneContext, Step } from './lane-context.js';
import type { LaneCrashes } from './lane-crashes.js';

/** Calls the handler for records of one lane, and tells failures of records from failures of everything. */
export class LaneHandler {
  /** Progress that the handler has stored last. */
  private storedTo: number;

  constructor(
    private readonly context: LaneContext,
    private readonly tracker: OffsetTracker,
    private readonly crashes: LaneCrashes,
  ) {
    this.storedTo = tracker.position;
  }

  /** How many of the records from `at` on may be handled together: fewer than all where one of them may kill the process. */
  together(records: readonly InboundRecord[], at: number): number {
    return this.crashes.together(records, at);
  }

  /** Null where it failed for what may be the fault of one of several records. Rejects where nothing works. */
  handle(records: readonly InboundRecord[], step: Step): Promise<BatchRun | null> {
    const [first] = records;
    const { seclusion } = this.context;
    if (first !== undefined && this.crashes.isSuspect(first.offset))
      return seclusion.alone(step.heartbeat, (heartbeat) =>
        this.handleSuspects(records, first, { ...step, heartbeat }),
      );
    return seclusion.beside(step.heartbeat, (heartbeat) => this.call(records, { ...step, heartbeat }));
  }

  private async handleSuspects(
    records: readonly InboundRecord[],
    first: InboundRecord,
    step: Step,
  ): Promise<BatchRun | null> {
    const burial = records.length === 1 ? this.crashes.burialOf(first) : null;
    if (burial !== null) return this.context.work.judge(this.part(records, step), burial.outcome, burial.attempts);
    await this.storeProgress(step);
    const { doneTo } = this.tracker;
    return this.crashes.watched(records, { doneTo, work: () => this.call(records, step) });
  }

  private async call(records: readonly InboundRecord[], step: Step): Promise<BatchRun | null> {
    const { work } = this.context;
    const part = this.part(records, step);
    try {
      const run = await work.handle(part, step.heartbeat);
      this.storedTo = part.nextOffset;
      return run;
    } catch (error) {
      const outcome = work.mayGiveUp ? failingOf(error) : null;
      if (outcome === null) throw error;
      return records.length > 1 ? null : work.judge(part, outcome);
    }
  }

  /**
   * Has a handler that stores progress know how far it is: what is committed must not be ahead of that, or the database would
   * seem to have forgotten something; and what is not done must not be behind it, or a restored database would.
   */
  async storeProgress(step: Step): Promise<void> {
    const { work } = this.context;
    const { doneTo } = this.tracker;
    if (!work.binding.storesProgress || doneTo === this.storedTo) return;
    await work.storeProgress({ ...this.part([], step), nextOffset: doneTo }, step.heartbeat);
    this.storedTo = doneTo;
  }

  /** A batch of these records only. Its progress stops before what is open: among these records, too. */
  part(records: readonly InboundRecord[], { batch }: Step): RecordBatch {
    const isAll = records === batch.records;
    if (isAll && this.tracker.openCount === 0) return batch;
    const { topic, partition, assignment, highWatermark } = batch;
    const last = records.at(-1)?.offset ?? -1;
    const end = isAll || last === batch.records.at(-1)?.offset ? batch.nextOffset : last + 1;
    const nextOffset = this.tracker.openCount === 0 ? Math.max(this.tracker.position, end) : this.tracker.doneTo;
    return { topic, partition, records, assignment, highWatermark, nextOffset };
  }
}

/** What a handler's error says about the one record that it was called with; null where it says that nothing works. */
function failingOf(error: unknown): Failing | null {
  if (error instanceof RecordsFailing) return failing(error.facts);
  if (error instanceof PitwallError) return null;
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return failing({ reason: 'unexpected_error', message: `The service failed on this record alone: ${message}.` });
}
