import { type CustomTransportStrategy, type MessageHandler, Server } from '@nestjs/microservices';
import {
  eventsTopic,
  featuresTopic,
  feedbackTopic,
  PitwallError,
  predictionsTopic,
  type Stage,
  type TopicSpec,
} from '@pitwall/contracts';
import { failpoint, isPlanted } from '@pitwall/failpoints';
import { lastValueFrom } from 'rxjs';
import type { Dead, MessageBatch, Outcome } from '../batch-handler.js';
import { dead } from '../outcomes.js';
import type { MessagingClient, Publisher, RecordBatch, Subscription, SubscriptionState } from '../port.js';
import { BATCH_TRANSPORT, type BatchHandlerExtras } from './batch-handler-decorator.js';
import { outputsOf } from './batch-outputs.js';
import { BatchTrace } from './batch-trace.js';
import { countBatch, countRetry } from './transport-metrics.js';

/** What a transport serves, and who is told. */
export interface BatchTransportOptions {
  readonly client: MessagingClient;
  /** Name and version of the service, as they stand in dead letters and in group names. */
  readonly service: string;
  readonly version: string;
  /** The stage whose dead letters this service writes; null: it may not give up on a record. */
  readonly stage: Stage | null;
  readonly pipelines: readonly { readonly name: string }[];
  /** Told of every change of every subscription, by group id. */
  readonly onState: (groupId: string, state: SubscriptionState) => void;
  /** Wall clock for the time of dead letters; the system's unless given. */
  readonly now?: () => Date;
}

/** Topics that producers write. */
const RAW_KINDS: ReadonlySet<string> = new Set([eventsTopic.kind, feedbackTopic.kind]);

/** Topics whose `ce_id` is that of the event. */
const EVENT_KINDS: ReadonlySet<string> = new Set([eventsTopic.kind, featuresTopic.kind, predictionsTopic.kind]);

/** One handler on one topic of one pipeline. */
interface Binding {
  readonly handler: MessageHandler<MessageBatch>;
  readonly spec: TopicSpec;
  readonly topic: string;
  /** Empty for a topic of the platform. */
  readonly pipeline: string;
  readonly groupId: string;
  readonly concurrency: number;
}

/**
 * Nest transport that calls one handler per batch. Per batch: handler → outputs and dead letters sent and acknowledged →
 * offsets committed, in this order. If anything on the way fails, the batch comes again, and what was sent is sent as a
 * copy: handlers make the same bytes of the same records.
 */
export class BatchTransport extends Server implements CustomTransportStrategy {
  override readonly transportId = BATCH_TRANSPORT;
  private publisher: Publisher | null = null;
  private subscriptions: Subscription[] = [];
  private closing: Promise<void> | null = null;

  constructor(private readonly options: BatchTransportOptions) {
    super();
  }

  override addHandler(...registration: Parameters<Server['addHandler']>): void {
    const pattern: unknown = registration[0];
    if (typeof pattern === 'string' && this.messageHandlers.has(pattern)) {
      throw new PitwallError(`Got two batch handlers for the topic ${pattern}, expected one per service.`, {
        code: 'invalid_batch_handler',
      });
    }
    super.addHandler(...registration);
  }

  /** Subscribes every handler for every pipeline; resolves when all of them are on their way to join. */
  async listen(callback: (error?: unknown) => void): Promise<void> {
    try {
      this.publisher = await this.options.client.publisher();
      for (const binding of this.bindings()) this.subscriptions.push(await this.subscribe(binding));
    } catch (error) {
      callback(error);
      return;
    }
    callback();
  }

  /** Fetches no more, finishes the batches in hand, commits, leaves the groups. Idempotent. */
  close(): Promise<void> {
    this.closing ??= this.drain();
    return this.closing;
  }

  on(event: string): never {
    throw new PitwallError(`Got a listener for ${event}; this transport has no events, give it onState.`, {
      code: 'unsupported_event',
    });
  }

  /** The messaging client. */
  // The signature is Nest's.
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters
  unwrap<Client>(): Client {
    return this.options.client as Client;
  }

  private async drain(): Promise<void> {
    await Promise.all(this.subscriptions.map((subscription) => subscription.stop()));
    await this.publisher?.close();
  }

  private bindings(): Binding[] {
    return [...this.messageHandlers.values()].flatMap((handler) => {
      const { topic: spec, concurrency } = handler.extras as BatchHandlerExtras;
      const pipelines = spec.scope === 'platform' ? [''] : this.options.pipelines.map(({ name }) => name);
      return pipelines.map((pipeline) => {
        const groupId = ['pitwall', this.options.service, spec.kind, pipeline].filter((part) => part !== '').join('.');
        return { handler, spec, topic: spec.name(pipeline), pipeline, groupId, concurrency };
      });
    });
  }

  private subscribe(binding: Binding): Promise<Subscription> {
    const { groupId, topic, concurrency } = binding;
    return this.options.client.consume({
      groupId,
      topics: [topic],
      concurrency,
      onBatch: (batch, heartbeat) => this.process(binding, batch, heartbeat),
      onState: (state) => this.options.onState(groupId, state),
    });
  }

  private async process(binding: Binding, batch: RecordBatch, heartbeat: () => Promise<void>): Promise<void> {
    const { topic, groupId, pipeline, spec } = binding;
    const startedAt = performance.now();
    const trace = new BatchTrace(batch, {
      isRaw: RAW_KINDS.has(spec.kind),
      isAboutEvent: EVENT_KINDS.has(spec.kind),
      topic,
      groupId,
      pipeline,
      partition: batch.partition,
    });
    try {
      failpoint('after_consume');
      const { messages } = trace;
      const outcomes = await trace.run(() => this.invoke(binding, { pipeline, batch, messages, heartbeat }));
      const { stage, service, version, now = systemNow } = this.options;
      const outputs = outputsOf(messages, outcomes, { pipeline, stage, service: `${service}@${version}`, now });
      await this.sendAll(batch, outputs.records, heartbeat);
      failpoint('after_produce');
      if (outputs.reasons.length > 0) failpoint('after_dead_letter');
      trace.succeeded();
      countBatch({
        batch,
        groupId,
        pipeline,
        outputs: outputs.records,
        reasons: outputs.reasons,
        durationMs: performance.now() - startedAt,
        acknowledgedAt: now().getTime(),
      });
    } catch (error) {
      trace.failed(error instanceof Error ? error.message : String(error));
      countRetry(batch, groupId, errorType(error));
      throw error;
    }
  }

  private async invoke({ handler }: Binding, batch: MessageBatch): Promise<readonly Outcome[]> {
    const result = await handler(batch);
    const outcomes = lastValueFrom(this.transformToObservable(result), { defaultValue: [] }) as Promise<
      readonly Outcome[]
    >;
    return isPlanted('dead_letters_during_outage') ? outcomes.catch(() => batch.messages.map(giveUp)) : outcomes;
  }

  private async sendAll(
    batch: RecordBatch,
    records: Parameters<Publisher['send']>[0],
    heartbeat: () => Promise<void>,
  ): Promise<void> {
    if (records.length === 0) return;
    await heartbeat();
    await this.publisher?.send(records, { stillHeld: () => batch.assignment.isHeld() });
  }
}

/** The planted bug: that nothing works is taken for the fault of the records. */
function giveUp(): Dead {
  return dead({ reason: 'storage_refused', message: 'The planted bug dead_letters_during_outage.' });
}

function systemNow(): Date {
  return new Date();
}

function errorType(error: unknown): string {
  if (error instanceof PitwallError) return error.code;
  return error instanceof Error ? error.name : typeof error;
}
