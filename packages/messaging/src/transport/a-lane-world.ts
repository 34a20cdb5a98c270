import { deadLetterSchema, deadLettersTopic, eventsTopic, featuresTopic, HEADER, type Stage } from '@pitwall/contracts';
import type { MessageBatch, Outcome } from '../batch-handler.js';
import { headerOf } from '../headers.js';
import { InMemoryBroker } from '../memory/in-memory-broker.js';
import { ManualTimers } from '../memory/manual-timers.js';
import { done, failing } from '../outcomes.js';
import type { InboundRecord, OutboundRecord, SubscriptionState } from '../port.js';
import { BatchTransport } from './batch-transport.js';

const EVENTS = eventsTopic.name('p');
const FEATURES = featuresTopic.name('p');
const DEAD_LETTERS = deadLettersTopic.name('p');
const GROUP = 'pitwall.ingestion.events.p';

/** What a handler says of one record, by its value. */
export type Judge = (value: string, batch: MessageBatch) => Outcome | Promise<Outcome>;

/** A record that may work later. */
export const FAILING = failing({ reason: 'policy_failed', message: 'The policy fails.' });

/** Fails the records of these values. */
export function failingOn(...values: readonly string[]): Judge {
  return (value) => (values.includes(value) ? FAILING : done());
}

/** So many values, each under a key of its own: the first character is one. */
export function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, at) => `${String.fromCodePoint(0x4e00 + at)}${at}`);
}

/** The record goes on as it is. */
function passOn({ partition, key, value }: InboundRecord): OutboundRecord {
  return { topic: FEATURES, partition, key, value, headers: [] };
}

/** One service on an in-memory broker, in a time that only goes on when it is told to: for specs. */
export class LaneWorld {
  readonly timers = new ManualTimers();
  readonly broker = new InMemoryBroker({ timers: this.timers });
  readonly states: SubscriptionState[] = [];
  /** Values of each batch, as the handler was given them. */
  readonly handled: string[][] = [];
  /** Progress that each batch was to store. */
  readonly progress: number[] = [];
  private transport: BatchTransport | null = null;
  private life = new AbortController();

  constructor(
    private judge: Judge,
    private readonly options: {
      readonly stage?: Stage | null;
      readonly storesProgress?: boolean;
      readonly partitions?: number;
    } = {},
  ) {
    for (const topic of [EVENTS, FEATURES, DEAD_LETTERS]) this.broker.createTopic(topic, options.partitions ?? 1);
  }

  /** Another judgement from now on. */
  judgeBy(judge: Judge): void {
    this.judge = judge;
  }

  async start(): Promise<void> {
    const { stage = 'ingestion', storesProgress = false } = this.options;
    this.life = new AbortController();
    const transport = new BatchTransport({
      client: this.broker.client({ killed: this.life.signal }),
      service: 'ingestion',
      version: '1',
      stage,
      pipelines: [{ name: 'p' }],
      onState: (_, state) => void this.states.push(state),
      now: () => new Date(Date.UTC(2024, 0, 1) + this.timers.now()),
      timers: this.timers,
    });
    const handler = (batch: MessageBatch): Promise<readonly Outcome[]> => this.handle(batch);
    transport.addHandler(eventsTopic.kind, handler, false, { topic: eventsTopic, concurrency: 3, storesProgress });
    this.transport = transport;
    await transport.listen(() => undefined);
    await this.timers.pass(0);
  }

  /** Ends it in an orderly way. */
  async stop(): Promise<void> {
    const closed = this.transport?.close();
    await this.timers.pass(0);
    await closed;
  }

  /** Ends it as by kill -9. */
  kill(): void {
    this.life.abort();
  }

  /** `k1` is value `k1` under key `k`. */
  async publish(...values: readonly string[]): Promise<void> {
    await this.publishTo(0, ...values);
  }

  async publishTo(partition: number, ...values: readonly string[]): Promise<void> {
    const publisher = await this.broker.client().publisher();
    const record = (value: string): OutboundRecord => ({
      topic: EVENTS,
      partition,
      key: Buffer.from(value.slice(0, 1)),
      value: Buffer.from(value),
      headers: [],
    });
    await publisher.send(values.map(record));
    await this.timers.pass(1);
  }

  /** Values of what was sent on. */
  get sent(): string[] {
    return this.broker.records(FEATURES).map(({ value }) => String(value));
  }

  get letterCount(): number {
    return this.broker.records(DEAD_LETTERS).length;
  }

  /** Value, reason and attempts of each dead letter. */
  get letters(): string[] {
    return this.broker.records(DEAD_LETTERS).map(({ value, headers }) => {
      const said = deadLetterSchema.parse(JSON.parse(String(headerOf(headers, HEADER.deadLetter))));
      return `${String(value)} ${said.reason} ${said.attempts}`;
    });
  }

  async committed(partition = 0): Promise<number> {
    const admin = await this.broker.client().admin();
    return (await admin.committedOffsets(GROUP, EVENTS)).get(partition) ?? 0;
  }

  get state(): SubscriptionState | undefined {
    return this.states.at(-1);
  }

  private async handle(batch: MessageBatch): Promise<readonly Outcome[]> {
    this.handled.push(batch.messages.map(({ record }) => String(record.value)));
    this.progress.push(batch.batch.nextOffset);
    const outcomes: Outcome[] = [];
    for (const { record } of batch.messages) {
      const outcome = await this.judge(String(record.value), batch);
      outcomes.push(outcome.kind === 'done' ? done(passOn(record)) : outcome);
    }
    return outcomes;
  }
}
