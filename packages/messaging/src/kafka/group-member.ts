import { setTimeout as sleep } from 'node:timers/promises';
import { PitwallError } from '@pitwall/contracts';
import { failpoint, isPlanted } from '@pitwall/failpoints';
import type { Consumer, EachBatchPayload, RetryOptions } from 'kafkajs';
import { backoffMs } from '../backoff.js';
import type { Assignment, ConsumeOptions, KafkaConnection, RecordBatch } from '../port.js';
import type { SubscriptionStatus } from '../subscription-status.js';
import type { ClientLogger } from './client-log.js';
import { newKafka, RETRY } from './connection.js';
import { protocolType, sentenceOf } from './kafka-error.js';
import { kafkajs, type ResumableRetry, watchMember } from './load-kafkajs.js';
import { PartitionRetries } from './partition-retries.js';
import type { WireBatch } from './wire-batch.js';

/** What is committed of a group, asked once per assignment. */
export type CommittedOffsets = (groupId: string, topic: string) => Promise<ReadonlyMap<number, number>>;

/** What a member of a group is made of. */
export interface GroupMemberOptions {
  readonly connection: KafkaConnection;
  readonly logger: ClientLogger;
  readonly consume: Omit<ConsumeOptions, 'onState'>;
  readonly status: SubscriptionStatus;
  readonly committedOffsets: CommittedOffsets;
  /** False for a table: nothing is committed, every start reads from the beginning. */
  readonly commits: boolean;
  /** The next offset of a partition, also where records were compacted away behind the last one handed over. */
  readonly onProgress?: (at: {
    readonly topic: string;
    readonly partition: number;
    readonly nextOffset: number;
  }) => void;
}

const MAX_BATCH_RECORDS = 2_000;
const MAX_WAIT_MS = 300;
const REBALANCE_TIMEOUT_MS = 30_000;
const COMMIT_TRIES = 5;
const LOST_TYPES: ReadonlySet<string> = new Set(['UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION', 'FENCED_INSTANCE_ID']);

let lastAssignmentId = 0;

/** What holds from one join of the group to the next. */
class Membership {
  readonly id = (lastAssignmentId += 1);
  acknowledgedAt = performance.now();
  lost = false;
  /** The group is about to be dealt anew: batches in hand are finished, no other is begun. */
  ending = false;
  private readonly committed = new Map<string, Promise<ReadonlyMap<number, number>>>();

  constructor(private readonly sessionTimeoutMs: number) {}

  isHeld = (): boolean => !this.lost && performance.now() - this.acknowledgedAt < this.sessionTimeoutMs;

  committedOf(topic: string, ask: () => Promise<ReadonlyMap<number, number>>): Promise<ReadonlyMap<number, number>> {
    let asked = this.committed.get(topic);
    if (asked === undefined) {
      asked = ask();
      this.committed.set(topic, asked);
      asked.catch(() => this.committed.delete(topic));
    }
    return asked;
  }
}

/** One kafkajs consumer, from its start until it crashes or is stopped. It is not used again. */
export class GroupMember {
  private readonly consumer: Consumer;
  private readonly retries: PartitionRetries;
  private membership: Membership;
  private readonly assignments = new Map<string, { readonly of: Membership; readonly assignment: Assignment }>();
  private unwatch: () => void = () => undefined;
  private started: Promise<void> | null = null;
  private stopping = false;
  /** By which the coordinator knows it; null before it has joined. */
  memberId: string | null;

  constructor(
    private readonly options: GroupMemberOptions,
    /** `onCrash` is told once when the consumer has given up; `resumes` is the member that it takes the place of. */
    private readonly life: { readonly onCrash: (error: unknown) => void; readonly resumes: string | null },
  ) {
    this.memberId = life.resumes;
    const { connection, consume, logger, status } = options;
    this.membership = new Membership(connection.sessionTimeoutMs);
    this.consumer = newKafka(connection, logger).consumer({
      groupId: consume.groupId,
      sessionTimeout: connection.sessionTimeoutMs,
      heartbeatInterval: Math.floor(connection.sessionTimeoutMs / 4),
      rebalanceTimeout: REBALANCE_TIMEOUT_MS,
      maxWaitTimeInMs: MAX_WAIT_MS,
      allowAutoTopicCreation: false,
      retry: retryOf(life.resumes),
    });
    this.retries = new PartitionRetries(status, logger);
    this.listen();
  }

  /** Connects and joins. Everything that goes wrong is told through `onCrash`. */
  start(): void {
    this.started = this.run().catch((error: unknown) => {
      if (!this.stopping) this.life.onCrash(error);
    });
  }

  /** Fetches no more, waits for the batches in hand and their commits, leaves the group. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.retries.clear();
    await Promise.race([this.started, sleep(REBALANCE_TIMEOUT_MS / 6, null, { ref: false })]);
    await this.consumer.disconnect();
    this.membership.lost = true;
    this.unwatch();
  }

  private async run(): Promise<void> {
    const { consume } = this.options;
    await this.consumer.connect();
    await this.consumer.subscribe({ topics: [...consume.topics], fromBeginning: true });
    await this.consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: consume.concurrency,
      eachBatch: (payload) => this.onFetched(payload),
    });
  }

  private listen(): void {
    const { events } = this.consumer;
    this.consumer.on(events.GROUP_JOIN, ({ payload }) => this.onJoined(payload.memberId, payload.memberAssignment));
    this.consumer.on(events.REBALANCING, () => {
      this.membership.ending = true;
    });
    this.consumer.on(events.END_BATCH_PROCESS, ({ payload: { topic, partition, lastOffset } }) =>
      this.options.onProgress?.({ topic, partition, nextOffset: Number(lastOffset) + 1 }),
    );
    this.consumer.on(events.CRASH, ({ payload }) => {
      this.membership.lost = true;
      this.retries.clear();
      this.unwatch();
      if (!this.stopping) this.life.onCrash(payload.error);
    });
  }

  private onJoined(memberId: string, assigned: Readonly<Record<string, readonly number[]>>): void {
    this.memberId = memberId;
    this.membership.lost = true;
    this.assignments.clear();
    this.membership = new Membership(this.options.connection.sessionTimeoutMs);
    const { membership } = this;
    const unwatchBefore = this.unwatch;
    this.unwatch = watchMember(memberId, {
      acknowledged: (sentAt) => {
        membership.acknowledgedAt = sentAt;
      },
      outOfRange: ({ topic, partition, offset }) => this.onOutOfRange({ topic, partition }, offset),
    });
    unwatchBefore();
    this.retries.keep((topic, partition) => assigned[topic]?.includes(partition) ?? false);
    this.options.status.running();
    // It was joining when it was stopped: now there is something to leave.
    if (this.stopping) void this.consumer.disconnect();
  }

  private onOutOfRange(at: { readonly topic: string; readonly partition: number }, offset: number): void {
    const { groupId } = this.options.consume;
    this.consumer.pause([{ topic: at.topic, partitions: [at.partition] }]);
    this.retries.add({
      ...at,
      reason:
        `Offset ${offset} of ${at.topic}, partition ${at.partition}, committed by ${groupId}, is not in the log any more: ` +
        'records are lost or the topic was made anew. Nothing is skipped; restore the records or set the offset of the group by hand.',
      resume: () => this.consumer.resume([{ topic: at.topic, partitions: [at.partition] }]),
    });
  }

  private async onFetched(payload: EachBatchPayload): Promise<void> {
    const { membership } = this;
    const batch = payload.batch as unknown as WireBatch;
    if (this.stopping || membership.ending || membership.lost) return;
    try {
      await this.handleAll(payload, batch, membership);
      this.retries.succeeded(batch.topic, batch.partition);
    } catch (error) {
      if (error instanceof RejoinError) throw error.rejoin;
      this.onRejected(payload, error);
    }
  }

  private async handleAll(payload: EachBatchPayload, batch: WireBatch, membership: Membership): Promise<void> {
    const assignment = await this.assignmentOf(batch, membership);
    const heartbeat = (): Promise<void> => this.heartbeat(payload, membership);
    const { messages } = batch;
    for (let from = 0; from < messages.length; from += MAX_BATCH_RECORDS) {
      const records = messages.slice(from, from + MAX_BATCH_RECORDS);
      const isLast = from + records.length === messages.length;
      const { topic, partition } = batch;
      const slice: RecordBatch = { topic, partition, records, assignment, highWatermark: Number(batch.highWatermark) };
      const nextOffset = isLast ? batch.nextOffset : (records.at(-1)?.offset ?? 0) + 1;
      await heartbeat();
      if (isPlanted('commit_before_write')) await this.commit(payload, membership, nextOffset);
      await this.options.consume.onBatch(slice, heartbeat);
      if (this.options.commits) await this.commit(payload, membership, nextOffset);
      payload.resolveOffset(String(nextOffset - 1));
      if (this.stopping || membership.ending) return;
    }
  }

  private async assignmentOf(batch: WireBatch, membership: Membership): Promise<Assignment> {
    const key = `${batch.topic} ${batch.partition}`;
    const known = this.assignments.get(key);
    if (known?.of === membership) return known.assignment;
    const { consume, committedOffsets, commits } = this.options;
    const committed = commits
      ? await membership.committedOf(batch.topic, () => committedOffsets(consume.groupId, batch.topic))
      : null;
    const assignment: Assignment = {
      id: membership.id,
      committedOffset: committed?.get(batch.partition) ?? null,
      logStartOffset: batch.logStartOffset,
      isHeld: membership.isHeld,
    };
    this.assignments.set(key, { of: membership, assignment });
    return assignment;
  }

  /** Keeps the membership alive; cheap when called often. A rebalance lets the batch in hand be finished. */
  private async heartbeat(payload: EachBatchPayload, membership: Membership): Promise<void> {
    try {
      await payload.heartbeat();
    } catch (error) {
      const type = protocolType(error);
      if (LOST_TYPES.has(type)) {
        membership.lost = true;
        throw new RejoinError(error);
      }
      if (type === 'REBALANCE_IN_PROGRESS') membership.ending = true;
      // A coordinator that does not answer is not the batch's trouble: `isHeld` says when time is up.
      else this.options.logger.debug({ err: error }, 'a heartbeat failed');
    }
  }

  private async commit(payload: EachBatchPayload, membership: Membership, nextOffset: number): Promise<void> {
    const { topic, partition } = payload.batch;
    const offsets = { topics: [{ topic, partitions: [{ partition, offset: String(nextOffset) }] }] };
    failpoint('before_offset_commit');
    for (let failures = 1; ; failures += 1) {
      if (!membership.isHeld()) throw new RejoinError(null);
      try {
        await payload.commitOffsetsIfNecessary(offsets);
        return;
      } catch (error) {
        const type = protocolType(error);
        if (LOST_TYPES.has(type) || type === 'REBALANCE_IN_PROGRESS') throw new RejoinError(error);
        if (failures === COMMIT_TRIES) throw error;
        await sleep(backoffMs(failures));
      }
    }
  }

  /** Nothing is committed: the partition stands still for a while, the others go on, the same records come again. */
  private onRejected(payload: EachBatchPayload, error: unknown): void {
    const { topic, partition } = payload.batch;
    if (this.stopping) return;
    const resume = payload.pause();
    this.retries.add({ topic, partition, reason: sentenceOf(error), error, resume });
    if (error instanceof PitwallError && error.code === 'stale_claim') {
      this.membership.ending = true;
      throw new RejoinError(error).rejoin;
    }
  }
}

/** It never restarts by itself: a subscription replaces it. */
function retryOf(resumedMemberId: string | null): RetryOptions & ResumableRetry {
  return { ...RETRY, restartOnFailure: async () => false, resumedMemberId };
}

/** Makes kafkajs join the group anew. */
class RejoinError extends Error {
  readonly rejoin: Error;

  constructor(cause: unknown) {
    super('The group is joined anew.', { cause });
    // kafkajs knows what to do by the type; a member that the coordinator does not know any more needs a new id.
    const type = protocolType(cause) === 'UNKNOWN_MEMBER_ID' ? 'UNKNOWN_MEMBER_ID' : 'REBALANCE_IN_PROGRESS';
    const message = cause === null ? 'The session has run out' : sentenceOf(cause);
    this.rejoin = new kafkajs.KafkaJSProtocolError({ type, code: 27, retriable: false, message } as never);
  }
}
