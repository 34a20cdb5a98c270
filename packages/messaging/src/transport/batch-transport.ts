import { type CustomTransportStrategy, Server } from '@nestjs/microservices';
import { PitwallError, type Stage } from '@pitwall/contracts';
import { type Rate, TokenBucket } from '../delivery/token-bucket.js';
import type { MessagingClient, Publisher, Subscription, SubscriptionState } from '../port.js';
import { systemTimers, type Timers } from '../timers.js';
import { BATCH_TRANSPORT, type BatchHandlerExtras } from './batch-handler-decorator.js';
import { BatchWork } from './batch-work.js';
import type { Binding } from './binding.js';
import { Lanes } from './lanes.js';
import { Seclusion } from './seclusion.js';

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
  /** Monotonic time; the machine's unless given. */
  readonly timers?: Timers;
}

/** Dead letters of one pipeline and one process: what is more is a matter for people, not for disks. */
const DEAD_LETTER_RATE: Rate = { perSecond: 200, burst: 1_000 };

/**
 * Nest transport that calls one handler per batch. Per batch: handler → outputs and dead letters sent and acknowledged →
 * offsets committed, in this order. If anything on the way fails, the batch comes again, and what was sent is sent as a
 * copy: handlers make the same bytes of the same records. What becomes of single records that fail is the work of its lanes.
 */
export class BatchTransport extends Server implements CustomTransportStrategy {
  override readonly transportId = BATCH_TRANSPORT;
  private publisher: Publisher | null = null;
  private readonly subscriptions: Subscription[] = [];
  private readonly lanes: Lanes[] = [];
  private readonly deadLetters = new Map<string, TokenBucket>();
  private readonly seclusion = new Seclusion();
  private readonly timers: Timers;
  private closing: Promise<void> | null = null;

  constructor(private readonly options: BatchTransportOptions) {
    super();
    this.timers = options.timers ?? systemTimers;
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
      const publisher = await this.options.client.publisher();
      this.publisher = publisher;
      for (const binding of this.bindings()) this.subscriptions.push(await this.subscribe(binding, publisher));
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
    await Promise.all(this.lanes.map((lanes) => lanes.close()));
    await Promise.all(this.subscriptions.map((subscription) => subscription.stop()));
    await this.publisher?.close();
  }

  private bindings(): Binding[] {
    return [...this.messageHandlers.values()].flatMap((handler) => {
      const { topic: spec, concurrency, storesProgress } = handler.extras as BatchHandlerExtras;
      const pipelines = spec.scope === 'platform' ? [''] : this.options.pipelines.map(({ name }) => name);
      return pipelines.map((pipeline) => {
        const groupId = ['pitwall', this.options.service, spec.kind, pipeline].filter((part) => part !== '').join('.');
        return { handler, spec, topic: spec.name(pipeline), pipeline, groupId, concurrency, storesProgress };
      });
    });
  }

  private subscribe(binding: Binding, publisher: Publisher): Promise<Subscription> {
    const { groupId, topic, concurrency, pipeline } = binding;
    const { client, stage, service, version, onState, now = systemNow } = this.options;
    const lanes = new Lanes({
      work: new BatchWork(binding, { publisher, stage, service: `${service}@${version}`, now }),
      timers: this.timers,
      deadLetters: this.deadLettersOf(pipeline),
      seclusion: this.seclusion,
      onState: (state) => onState(groupId, state),
    });
    this.lanes.push(lanes);
    return client.consume({
      groupId,
      topics: [topic],
      concurrency,
      onBatch: (batch, heartbeat) => lanes.take(batch, heartbeat),
      onState: (state) => lanes.clientSays(state),
    });
  }

  private deadLettersOf(pipeline: string): TokenBucket {
    const known = this.deadLetters.get(pipeline) ?? new TokenBucket(DEAD_LETTER_RATE, this.timers.now());
    this.deadLetters.set(pipeline, known);
    return known;
  }
}

function systemNow(): Date {
  return new Date();
}
