import {
  deadLettersTopic,
  eventsTopic,
  featuresTopic,
  feedbackTopic,
  PitwallError,
  predictionsTopic,
} from '@pitwall/contracts';
import { failpoint, isPlanted } from '@pitwall/failpoints';
import { isObservable, lastValueFrom } from 'rxjs';
import type { Dead, MessageBatch, Outcome } from '../batch-handler.js';
import type { Judged } from '../delivery/placement.js';
import { dead } from '../outcomes.js';
import type { Assignment, OutboundRecord, Publisher, RecordBatch } from '../port.js';
import { checkedOutcomes, letterOf, type OutputContext } from './batch-outputs.js';
import { BatchTrace } from './batch-trace.js';
import type { Binding } from './binding.js';
import type { TracedMessage } from './traced-message.js';
import { countRetry } from './transport-metrics.js';

/** Keeps the membership alive, see {@link BatchConsumer}. */
export type Heartbeat = () => Promise<void>;

/** Topics that producers write. */
const RAW_KINDS: ReadonlySet<string> = new Set([eventsTopic.kind, feedbackTopic.kind]);

/** Topics whose `ce_id` is that of the event. */
const EVENT_KINDS: ReadonlySet<string> = new Set([eventsTopic.kind, featuresTopic.kind, predictionsTopic.kind]);

/** Records that were handled, with their traces open. */
export class BatchRun implements Judged {
  readonly messages: readonly TracedMessage[];
  readonly batch: RecordBatch;
  outcomes: readonly Outcome[];
  /** How often the records were tried, where that is known. */
  readonly attempts: number | null;
  readonly startedAt = performance.now();

  constructor(
    readonly trace: BatchTrace,
    parts: { readonly batch: RecordBatch; readonly outcomes: readonly Outcome[]; readonly attempts: number | null },
  ) {
    this.messages = trace.messages;
    this.batch = parts.batch;
    this.outcomes = parts.outcomes;
    this.attempts = parts.attempts;
  }
}

/** Who handles and sends for one binding. */
export interface BatchWorkOptions extends Omit<OutputContext, 'pipeline'> {
  readonly publisher: Publisher;
}

/** What the lanes of a subscription do with records: call the handler, bury, send. */
export class BatchWork {
  private readonly context: OutputContext;
  private readonly publisher: Publisher;

  constructor(
    readonly binding: Binding,
    { publisher, ...context }: BatchWorkOptions,
  ) {
    // What cannot be kept as a dead letter would come back as another one, for ever.
    const stage = binding.spec.kind === deadLettersTopic.kind ? null : context.stage;
    this.context = { ...context, stage, pipeline: binding.pipeline };
    this.publisher = publisher;
  }

  /** False: the handler may answer `done` only, and nothing is ever given up for it. */
  get mayGiveUp(): boolean {
    return this.context.stage !== null;
  }

  now(): Date {
    return this.context.now();
  }

  /** Calls the handler. Rejects as it does, with all traces ended. */
  async handle(batch: RecordBatch, heartbeat: Heartbeat): Promise<BatchRun> {
    const run = new BatchRun(this.open(batch), { batch, outcomes: [], attempts: null });
    try {
      failpoint('after_consume');
      const { messages } = run;
      const outcomes = await run.trace.run(() => this.invoke({ ...this.whose, batch, messages, heartbeat }));
      run.outcomes = checkedOutcomes(outcomes, messages.length, this.context.stage);
      return run;
    } catch (error) {
      this.failed(run, error);
      throw error;
    }
  }

  /** Says of records what no handler was asked for. */
  judge(batch: RecordBatch, outcome: Outcome, attempts: number | null = null): BatchRun {
    const trace = this.open(batch);
    const outcomes = trace.messages.map(() => outcome);
    return new BatchRun(trace, { batch, outcomes, attempts });
  }

  /** Lets the handler store that everything before `batch.nextOffset` is taken; there are no records. */
  async storeProgress(batch: RecordBatch, heartbeat: Heartbeat): Promise<void> {
    await this.invoke({ ...this.whose, batch, messages: [], heartbeat });
  }

  letter(message: TracedMessage, burial: { readonly outcome: Dead; readonly attempts: number }): OutboundRecord {
    return letterOf(message, burial, this.context);
  }

  /** Resolves when all is acknowledged; rejects with `stale_claim` where the partition is not held any more. */
  async send(records: readonly OutboundRecord[], assignment: Assignment, heartbeat: Heartbeat): Promise<void> {
    if (records.length === 0) return;
    await heartbeat();
    await this.publisher.send(records, { stillHeld: () => assignment.isHeld() });
  }

  /** Ends the traces of records that come again, and counts that. */
  failed(run: BatchRun, error: unknown): void {
    run.trace.failed(error instanceof Error ? error.message : String(error));
    countRetry(run.batch, this.binding.groupId, errorType(error));
  }

  private get whose() {
    return { pipeline: this.binding.pipeline };
  }

  private open(batch: RecordBatch): BatchTrace {
    const { spec, topic, groupId, pipeline } = this.binding;
    return new BatchTrace(batch, {
      isRaw: RAW_KINDS.has(spec.kind),
      isAboutEvent: EVENT_KINDS.has(spec.kind),
      topic,
      groupId,
      pipeline,
      partition: batch.partition,
    });
  }

  private invoke(batch: MessageBatch): Promise<readonly Outcome[]> {
    const outcomes = this.answer(batch);
    return isPlanted('dead_letters_during_outage') ? outcomes.catch(() => batch.messages.map(giveUp)) : outcomes;
  }

  private async answer(batch: MessageBatch): Promise<readonly Outcome[]> {
    const answer: unknown = await this.binding.handler(batch);
    return (isObservable(answer) ? lastValueFrom(answer, { defaultValue: [] }) : answer) as readonly Outcome[];
  }
}

/** The planted bug: that nothing works is taken for the fault of the records. */
function giveUp(): Dead {
  return dead({ reason: 'storage_refused', message: 'The planted bug dead_letters_during_outage.' });
}

function errorType(error: unknown): string {
  if (error instanceof PitwallError) return error.code;
  return error instanceof Error ? error.name : typeof error;
}
