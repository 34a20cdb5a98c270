/**
 * The port behind which the Kafka client lives. Two implementations: kafkajs and an in-memory broker for tests; the
 * conformance suite in `test/` is what each of them passes.
 */

/** One header. Names may repeat and values may be null or not UTF-8: order and bytes survive untouched. */
export interface Header {
  readonly name: string;
  readonly value: Buffer | null;
  /** The name as it was written, only where it is not UTF-8: then `name` is a replacement, and these bytes are sent on. */
  readonly nameBytes?: Buffer;
}

/** A record as it stands in a topic. */
export interface InboundRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** When the broker appended it, milliseconds since the epoch. */
  readonly appendedAt: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly Header[];
}

/** A record to be written. The partition is always stated: a client's partitioner may answer otherwise on a retry. */
export interface OutboundRecord {
  readonly topic: string;
  readonly partition: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly Header[];
}

/** What a consumer holds of a partition between two rebalances. */
export interface Assignment {
  /** Grows with every time this consumer joins its group: a batch with a new id comes after a rebalance. */
  readonly id: number;
  /** The group's committed offset when the partition was assigned; null where the group had none. */
  readonly committedOffset: number | null;
  /** What was committed together with that offset, see {@link commit}; null where there was nothing. */
  readonly committedMetadata: string | null;
  /** First offset that the log still holds, at the same moment. */
  readonly logStartOffset: number;
  /** Aborted when the partition is held no more, for whatever reason. What is kept for later is to be forgotten then. */
  readonly ended: AbortSignal;
  /**
   * True while no other consumer of the group can have been given the partition: it has not been taken away, and the last
   * acknowledged heartbeat was sent less than the session timeout ago by the monotonic clock. A process that was frozen finds
   * false here, and must not cause effects any more.
   */
  isHeld(): boolean;
  /**
   * Commits that everything before this offset is done, with a text of the consumer's own, at most 4 KiB. Rejects where that
   * could not be done, and without asking anybody where the partition is not held. One at a time.
   */
  commit(offset: number, metadata?: string): Promise<void>;
  /** Nothing more of the partition is handed over until {@link resume}. Membership and heartbeats go on. Idempotent. */
  pause(): void;
  resume(): void;
  /** Gives all partitions back and joins the group anew: for who has learned that the partition is somebody else's. */
  rejoin(): void;
}

/** Records of one partition in offset order, at most 2,000 of what one fetch brought. Never empty. */
export interface RecordBatch {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly InboundRecord[];
  /**
   * Everything before it is done once these records are, behind what was compacted away too: the progress to store with them.
   * Less than the last offset plus one where earlier records are still open.
   */
  readonly nextOffset: number;
  readonly assignment: Assignment;
  /** Offset of the newest record in the partition, plus one: for lag. */
  readonly highWatermark: number;
}

/**
 * What to do with a batch.
 *
 * - Resolves with nothing: all effects of the batch are durable; the client then commits the offset after its last record. A
 *   later batch of the same partition is handed over only after that.
 * - Resolves with an offset: the records before it are taken; those from there on are handed over again, once the partition is
 *   resumed: who takes less than all has paused it. The client commits nothing: the consumer does, see {@link Assignment.commit},
 *   when records that it has taken are done, at once or later.
 * - Rejects: nothing of the batch is taken; the client pauses the partition, keeps the membership alive, and hands the records
 *   over again after a growing delay (100 ms to 10 s), the first of them alone, to see whether it works again. Nothing is
 *   skipped, ever.
 * - Rejects with `code: 'stale_claim'`: as above, and the consumer leaves and joins its group anew before it goes on.
 *
 * A consumer must not wait in here for anything but work: meanwhile nothing is handed over, of other partitions too.
 * Batches of one partition are handled one after another; those of different partitions may be handled side by side.
 * A record may be handed over more than once (at least once).
 */
export type BatchConsumer = (batch: RecordBatch, heartbeat: () => Promise<void>) => Promise<number | void>;

/** What to consume, and who is told. */
export interface ConsumeOptions {
  readonly groupId: string;
  readonly topics: readonly string[];
  /** Partitions handled side by side. */
  readonly concurrency: number;
  readonly onBatch: BatchConsumer;
  /** Told when the subscription's state changes; drives `/readyz` and metrics. */
  readonly onState: (state: SubscriptionState) => void;
}

/** How a subscription is doing. */
export interface SubscriptionState {
  /**
   * `retrying`: something does not work, and it is tried again. `limited`: all works, but more is held back than usual.
   * `failed` is final: the process should exit and be restarted.
   */
  readonly phase: 'joining' | 'running' | 'retrying' | 'limited' | 'stopped' | 'failed';
  /** Why, in one sentence, for `retrying`, `limited` and `failed`. */
  readonly reason: string | null;
}

/** A running consumer of one group. */
export interface Subscription {
  /** Fetches no more, waits for the batches in hand to be handled and committed, leaves the group. Idempotent. */
  stop(): Promise<void>;
}

/**
 * Writes records with `acks=all`, one awaited send at a time. Resolves when every record is acknowledged. Rejects when any is
 * not: some may have been written all the same, so what is sent again are copies with the same ids and bytes.
 * Keeps the order of the records of one partition, within a call and between calls awaited one after another.
 */
export interface Publisher {
  send(records: readonly OutboundRecord[], options?: SendOptions): Promise<void>;
  /** Waits for what was given to it, then disconnects. Idempotent. */
  close(): Promise<void>;
}

/** Conditions of a send. */
export interface SendOptions {
  /**
   * Asked right before records leave the process, see {@link Assignment.isHeld}. False: the send rejects with the code
   * `stale_claim`, and what has not left yet stays.
   */
  readonly stillHeld?: () => boolean;
}

/** A compacted topic read as a table: from its start to its end, then on as it grows. */
export interface TableReader {
  /** Resolves when everything that was there at the start has been handed over. */
  readonly caughtUp: Promise<void>;
  stop(): Promise<void>;
}

/** Which topic to read as a table, and who is told. */
export interface TableOptions {
  readonly topic: string;
  /** Called in order; the last record of a key holds; a null value deletes the key. */
  readonly onRecord: (record: InboundRecord) => void;
  readonly onState: (state: SubscriptionState) => void;
}

/** A part of a topic. */
export interface TopicRange {
  readonly topic: string;
  /** Offset to begin with, by partition; a partition that is not in it is not read. */
  readonly from: ReadonlyMap<number, number>;
  /** First offset that is not wanted any more, by partition; null reads on for ever, as the topic grows. */
  readonly to: ReadonlyMap<number, number> | null;
}

/** What one fetch brought of a partition, in offset order. */
export interface ReadBatch {
  readonly topic: string;
  readonly partition: number;
  /** Empty where all that was there has been compacted away, or was never committed. */
  readonly records: readonly InboundRecord[];
  /** Where to go on after these: behind what was compacted away, too. */
  readonly nextOffset: number;
  /** Offset after the newest record of the partition. */
  readonly highWatermark: number;
}

/** Reads topics by position, outside of any group: it commits nothing, and no member of any group notices. */
export interface LogReader {
  /**
   * Reads the ranges, several partitions in turn, each in its order. Nothing is fetched while the loop over it is busy. Ends
   * when all ranges are read, or soon after the signal. A broker that does not answer is asked again for some seconds.
   *
   * @throws PitwallError `unknown_topic`, `offset_out_of_range`, or the retriable `read_failed`
   */
  read(ranges: readonly TopicRange[], signal: AbortSignal): AsyncIterable<ReadBatch>;
  close(): Promise<void>;
}

/** A consumer group as the cluster knows it. */
export interface GroupDescription {
  readonly groupId: string;
  /** Consumers that have joined; 0: nobody reads. */
  readonly members: number;
}

/** A topic to be created. */
export interface NewTopic {
  readonly name: string;
  readonly partitions: number;
  /** Kafka topic configuration by its documented names. */
  readonly config: Readonly<Record<string, string>>;
}

/** A topic as the cluster has it. */
export interface ExistingTopic {
  readonly name: string;
  readonly partitions: number;
  readonly config: Readonly<Record<string, string>>;
}

/** Asks about topics and groups, and creates topics. */
export interface TopicAdmin {
  clusterId(): Promise<string>;
  /** The topics of these names that exist. */
  describe(names: readonly string[]): Promise<readonly ExistingTopic[]>;
  /** Creates topics that do not exist; rejects naming those that do. `replicationFactor` -1 takes the broker's default. */
  create(topics: readonly NewTopic[], replicationFactor: number): Promise<void>;
  /** Offset after the last record, per partition. */
  endOffsets(topic: string): Promise<ReadonlyMap<number, number>>;
  /** First offset that the log still holds, per partition. */
  startOffsets(topic: string): Promise<ReadonlyMap<number, number>>;
  /**
   * Offset of the first record that was appended at this time or later, milliseconds since the epoch, per partition; the end
   * offset where there is none.
   */
  offsetsAt(topic: string, appendedAt: number): Promise<ReadonlyMap<number, number>>;
  /** The groups whose ids begin like this. */
  groups(prefix: string): Promise<readonly GroupDescription[]>;
  /** Committed offset per partition; partitions without one are absent. */
  committedOffsets(groupId: string, topic: string): Promise<ReadonlyMap<number, number>>;
  /**
   * Sets the committed offsets of a group by hand, forwards or back; partitions that are not named keep theirs. Only while
   * nobody reads: a consumer would go on where it is, and commit that.
   *
   * @throws PitwallError `group_not_empty` while the group has members; `unknown_topic`
   */
  setOffsets(groupId: string, topic: string, offsets: ReadonlyMap<number, number>): Promise<void>;
  close(): Promise<void>;
}

/** The way to a cluster. Each of these has connections of its own, which its `stop` or `close` ends. */
export interface MessagingClient {
  consume(options: ConsumeOptions): Promise<Subscription>;
  publisher(): Promise<Publisher>;
  table(options: TableOptions): Promise<TableReader>;
  admin(): Promise<TopicAdmin>;
  reader(): Promise<LogReader>;
}

/** How to reach the cluster. */
export interface KafkaConnection {
  readonly brokers: readonly string[];
  readonly clientId: string;
  /** Session timeout in ms, at most 10,000: a killed service's partitions move after it. */
  readonly sessionTimeoutMs: number;
  /** Absent: neither encrypted nor authenticated. */
  readonly security?: KafkaSecurity;
}

/** How brokers say who a client is. */
export const SASL_MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;

/** One of {@link SASL_MECHANISMS}. */
export type SaslMechanism = (typeof SASL_MECHANISMS)[number];

/** What a cluster asks of who connects. */
export interface KafkaSecurity {
  /** Encrypted, and the brokers' certificates checked against the authorities that Node trusts (`NODE_EXTRA_CA_CERTS` adds some). */
  readonly tls: boolean;
  /** Null: anybody may connect. */
  readonly login: KafkaLogin | null;
}

/** Name and password of a client. `plain` sends them as they are: not without `tls`, where others can listen. */
export interface KafkaLogin {
  readonly mechanism: SaslMechanism;
  readonly username: string;
  readonly password: string;
}
