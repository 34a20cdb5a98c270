import { randomUUID } from 'node:crypto';
import type {
  ConsumeOptions,
  MessagingClient,
  OutboundRecord,
  Publisher,
  Subscription,
  TopicAdmin,
} from '../../src/index.js';

/** An implementation of the port, as the suite gets at it. */
export interface ConformanceTarget {
  /** A client as another process would have it: its own connections, the same cluster. */
  client(): MessagingClient;
}

export const PARTITIONS = 2;
/** A join of a group may take that long on a busy machine. */
export const LONG_MS = 30_000;

interface Deferred {
  readonly promise: Promise<void>;
  resolve(): void;
}

export function deferred(): Deferred {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve: () => resolve() };
}

export function text(bytes: Buffer | null | undefined): string {
  return bytes?.toString('utf8') ?? '<null>';
}

export function partsOf({ topic, partition, key, value, headers }: OutboundRecord): OutboundRecord {
  return { topic, partition, key, value, headers };
}

/** What every case has: a topic and a group of its own, and two clients. */
export class ConformanceWorld {
  topic = '';
  groupId = '';
  private subscriptions: Subscription[] = [];

  client!: MessagingClient;
  otherClient!: MessagingClient;
  admin!: TopicAdmin;
  publisher!: Publisher;

  constructor(private readonly makeTarget: () => Promise<ConformanceTarget>) {}

  async open(): Promise<void> {
    const target = await this.makeTarget();
    this.client = target.client();
    this.otherClient = target.client();
    this.admin = await this.client.admin();
    this.publisher = await this.client.publisher();
  }

  async begin(): Promise<void> {
    this.topic = `conformance-${randomUUID()}`;
    this.groupId = `group-${randomUUID()}`;
    await this.admin.create([{ name: this.topic, partitions: PARTITIONS, config: {} }], 1);
  }

  async end(): Promise<void> {
    await Promise.all(this.subscriptions.splice(0).map((subscription) => subscription.stop()));
  }

  async close(): Promise<void> {
    await this.publisher.close();
    await this.admin.close();
  }

  record(value: string, parts: Partial<OutboundRecord> = {}): OutboundRecord {
    return {
      topic: this.topic,
      partition: 0,
      key: Buffer.from('key'),
      value: Buffer.from(value),
      headers: [],
      ...parts,
    };
  }

  numbered(count: number, parts: Partial<OutboundRecord> = {}, from = 0): OutboundRecord[] {
    return Array.from({ length: count }, (_, index) => this.record(String(from + index), parts));
  }

  async consume(
    onBatch: ConsumeOptions['onBatch'],
    options: Partial<ConsumeOptions> & { readonly by?: MessagingClient } = {},
  ): Promise<Subscription> {
    const { by = this.client, ...rest } = options;
    const subscription = await by.consume({
      groupId: this.groupId,
      topics: [this.topic],
      concurrency: PARTITIONS,
      onState: () => undefined,
      onBatch,
      ...rest,
    });
    this.subscriptions.push(subscription);
    return subscription;
  }

  async committed(partition = 0): Promise<number | undefined> {
    return (await this.admin.committedOffsets(this.groupId, this.topic)).get(partition);
  }
}
