import { PitwallError } from '@pitwall/contracts';
import { groupNotEmpty } from '../group-not-empty.js';
import type {
  ConsumeOptions,
  InboundRecord,
  MessagingClient,
  NewTopic,
  Publisher,
  SendOptions,
  TableOptions,
  TopicAdmin,
} from '../port.js';
import { systemTimers, type Timers } from '../timers.js';
import { MemoryGroup, partitionKey, silence } from './memory-group.js';
import { MemoryLogReader } from './memory-log-reader.js';
import { MemoryLog } from './memory-log.js';
import { MemorySubscription } from './memory-subscription.js';
import { MemoryTable } from './memory-table.js';

/** How an in-memory broker is set up. */
export interface InMemoryBrokerOptions {
  /** Milliseconds since the epoch at which records are appended; 2024-01-01T00:00:00Z, one millisecond later each, unless given. */
  readonly now?: () => number;
  /** Time for delays; the machine's unless given. */
  readonly timers?: Timers;
}

/** What befalls a client; nothing, unless given. */
interface MemoryFate {
  readonly killed?: AbortSignal;
  readonly expelled?: AbortSignal;
}

/** Aborted by nobody. */
const NEVER = new AbortController().signal;

const FIRST_APPEND = Date.UTC(2024, 0, 1);

/**
 * A broker in this process, for unit tests of handlers and services. It passes the same conformance suite as the real client:
 * groups, rebalances, commits after the handler, redelivery, tables. It keeps no copies and no limits, and forgets at exit.
 */
export class InMemoryBroker {
  private readonly log: MemoryLog;
  private readonly groups = new Map<string, MemoryGroup>();
  private readonly timers: Timers;

  constructor(options: InMemoryBrokerOptions = {}) {
    let appends = 0;
    this.timers = options.timers ?? systemTimers;
    this.log = new MemoryLog(options.now ?? (() => FIRST_APPEND + appends++));
  }

  /**
   * A client as each service would have its own; all of them see the same topics and groups. From the moment that `killed` is
   * aborted nothing that it does has any effect, as if its process had been killed: no answer comes, its partitions move on.
   * From the moment that `expelled` is aborted its groups do without it, for good, as if its sessions had timed out: its
   * partitions move on without waiting for what it has in hand, and it may neither commit nor send for them.
   */
  client({ killed = NEVER, expelled = NEVER }: MemoryFate = {}): MessagingClient {
    return {
      consume: async (options) => this.consume(options, { killed, expelled }),
      publisher: async () => this.publisher(killed),
      table: async (options: TableOptions) => new MemoryTable(options, this.log),
      admin: async () => this.admin(),
      reader: async () => new MemoryLogReader(this.log),
    };
  }

  createTopic(name: string, partitions: number): void {
    this.log.create({ name, partitions, config: {} });
  }

  /** All records of a topic, partition by partition. */
  records(topic: string): readonly InboundRecord[] {
    const count = this.log.describe(topic)?.partitions ?? 0;
    return Array.from({ length: count }, (_, partition) => this.log.partition(topic, partition)).flat();
  }

  private consume(options: ConsumeOptions, fate: Required<MemoryFate>): MemorySubscription {
    for (const topic of options.topics) this.log.partition(topic, 0);
    const access = { log: this.log, group: this.group(options.groupId), timers: this.timers, ...fate };
    return new MemorySubscription(options, access);
  }

  private group(groupId: string): MemoryGroup {
    const group = this.groups.get(groupId) ?? new MemoryGroup(this.log);
    this.groups.set(groupId, group);
    return group;
  }

  private publisher(killed: AbortSignal): Publisher {
    let isClosed = false;
    return {
      send: async (records, options: SendOptions = {}) => {
        if (killed.aborted) await silence();
        if (isClosed)
          throw new PitwallError('Got records after the publisher was closed.', { code: 'publisher_closed' });
        if (options.stillHeld?.() === false) {
          throw new PitwallError('The partition may have been given to another consumer: nothing is sent.', {
            code: 'stale_claim',
            retriable: true,
          });
        }
        this.log.append(records);
      },
      close: async () => {
        isClosed = true;
      },
    };
  }

  private admin(): TopicAdmin {
    return {
      clusterId: async () => 'in-memory',
      describe: async (names) => names.flatMap((name) => this.log.describe(name) ?? []),
      create: async (topics) => this.create(topics),
      endOffsets: async (topic) => this.offsets(topic, (records) => records.length),
      startOffsets: async (topic) => this.offsets(topic, () => 0),
      offsetsAt: async (topic, appendedAt) =>
        this.offsets(topic, (records) => {
          const found = records.findIndex((record) => record.appendedAt >= appendedAt);
          return found === -1 ? records.length : found;
        }),
      groups: async (prefix) =>
        [...this.groups]
          .filter(([groupId]) => groupId.startsWith(prefix))
          .map(([groupId, group]) => ({ groupId, members: group.size }))
          .toSorted((one, other) => (one.groupId < other.groupId ? -1 : 1)),
      committedOffsets: async (groupId, topic) => this.committedOffsets(groupId, topic),
      setOffsets: async (groupId, topic, offsets) => this.setOffsets(this.group(groupId), { groupId, topic, offsets }),
      close: async () => undefined,
    };
  }

  private create(topics: readonly NewTopic[]): void {
    const existing = topics.filter(({ name }) => this.log.describe(name) !== null).map(({ name }) => name);
    if (existing.length > 0) {
      throw new PitwallError(
        `Got topics to create that exist already: ${existing.join(', ')}; expected new ones only.`,
        {
          code: 'topic_exists',
        },
      );
    }
    for (const topic of topics) this.log.create(topic);
  }

  private offsets(topic: string, offsetOf: (records: readonly InboundRecord[]) => number): Map<number, number> {
    const count = this.log.describe(topic)?.partitions ?? 0;
    return new Map(
      Array.from({ length: count }, (_, partition) => [partition, offsetOf(this.log.partition(topic, partition))]),
    );
  }

  private setOffsets(
    group: MemoryGroup,
    { groupId, topic, offsets }: { groupId: string; topic: string; offsets: ReadonlyMap<number, number> },
  ): void {
    if (group.size > 0) throw groupNotEmpty(groupId, group.size);
    const count = this.log.describe(topic)?.partitions ?? 0;
    for (const [partition, offset] of offsets) {
      if (partition >= count) {
        throw new PitwallError(`Got an offset for partition ${partition} of ${topic}, which has ${count}.`, {
          code: 'unknown_topic',
        });
      }
      group.committed.set(partitionKey(topic, partition), { offset, metadata: null });
    }
  }

  private committedOffsets(groupId: string, topic: string): Map<number, number> {
    const offsets = new Map<number, number>();
    const count = this.log.describe(topic)?.partitions ?? 0;
    for (let partition = 0; partition < count; partition += 1) {
      const committed = this.groups.get(groupId)?.committed.get(partitionKey(topic, partition));
      if (committed !== undefined) offsets.set(partition, committed.offset);
    }
    return offsets;
  }
}
