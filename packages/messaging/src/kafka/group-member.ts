import { setTimeout as sleep } from 'node:timers/promises';
import { PitwallError } from '@pitwall/contracts';
import type { Consumer, EachBatchPayload, RetryOptions } from 'kafkajs';
import type { Assignment, ConsumeOptions, InboundRecord, KafkaConnection, RecordBatch } from '../port.js';
import type { SubscriptionStatus } from '../subscription-status.js';
import type { ClientLogger } from './client-log.js';
import { newKafka, RETRY } from './connection.js';
import { isMembershipLost, protocolType, sentenceOf } from './kafka-error.js';
import type { ResumableRetry } from './load-kafkajs.js';
import { requestRejoin, watchMember } from './member-watch.js';
import { type CommittedOffset, Membership } from './membership.js';
import { OffsetCommits } from './offset-commits.js';
import { PartitionGate } from './partition-gate.js';
import { PartitionRetries } from './partition-retries.js';
import { RejoinError } from './rejoin-error.js';
import type { WireBatch } from './wire-batch.js';

/** What is committed of a group, asked once per assignment. */
export type CommittedOffsets = (groupId: string, topic: string) => Promise<ReadonlyMap<number, CommittedOffset>>;

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
/** What one fetch may bring from one broker: nothing more is fetched from it before all of that was handed over. */
const MAX_FETCH_BYTES = 8 * 1024 * 1024;
const MAX_FETCH_PARTITION_BYTES = 1024 * 1024;
const REBALANCE_TIMEOUT_MS = 30_000;

/** A partition of a topic. */
interface Place {
  readonly topic: string;
  readonly partition: number;
}

/** One kafkajs consumer, from its start until it crashes or is stopped. It is not used again. */
export class GroupMember {
  private readonly consumer: Consumer;
  private readonly retries: PartitionRetries;
  private readonly gate: PartitionGate;
  private readonly commits = new OffsetCommits();
  private membership: Membership;
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
      maxBytes: MAX_FETCH_BYTES,
      maxBytesPerPartition: MAX_FETCH_PARTITION_BYTES,
      allowAutoTopicCreation: false,
      retry: retryOf(life.resumes),
    });
    this.gate = new PartitionGate(this.consumer);
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
    this.membership.lose();
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
    // A join that fails is followed by fetches, not by another join, where the coordinator still knows the member as before.
    this.consumer.on(events.REBALANCING, () => this.endMembership(this.membership));
    this.consumer.on(events.END_BATCH_PROCESS, ({ payload: { topic, partition, lastOffset } }) =>
      this.options.onProgress?.({ topic, partition, nextOffset: Number(lastOffset) + 1 }),
    );
    this.consumer.on(events.CRASH, ({ payload }) => {
      this.membership.lose();
      this.retries.clear();
      this.unwatch();
      if (!this.stopping) this.life.onCrash(payload.error);
    });
  }

  private onJoined(memberId: string, assigned: Readonly<Record<string, readonly number[]>>): void {
    this.memberId = memberId;
    this.membership.lose();
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
    // Whoever has a partition now begins without what was waited for before.
    this.gate.resumeAll('consumer');
    this.retries.keep((topic, partition) => assigned[topic]?.includes(partition) ?? false);
    this.options.status.running();
    // It was joining when it was stopped: now there is something to leave.
    if (this.stopping) void this.consumer.disconnect();
  }

  private onOutOfRange(at: Place, offset: number): void {
    const { groupId } = this.options.consume;
    this.standStill(at, {
      reason:
        `Offset ${offset} of ${at.topic}, partition ${at.partition}, committed by ${groupId}, is not in the log any more: ` +
        'records are lost or the topic was made anew. Nothing is skipped; restore the records or set the offset of the group by hand.',
    });
  }

  private standStill({ topic, partition }: Place, why: { readonly reason: string; readonly error?: unknown }): void {
    this.gate.pause(topic, partition, 'client');
    this.retries.add({ topic, partition, ...why, resume: () => this.gate.resume(topic, partition, 'client') });
  }

  private async onFetched(payload: EachBatchPayload): Promise<void> {
    const { membership } = this;
    const batch = payload.batch as unknown as WireBatch;
    this.commits.use(payload);
    if (this.stopping || membership.ending || membership.isLost) return;
    try {
      await this.handleAll(payload, batch, membership);
    } catch (error) {
      if (error instanceof RejoinError) throw error.rejoin;
      this.onRejected(payload, { error, membership });
    }
  }

  private async handleAll(payload: EachBatchPayload, batch: WireBatch, membership: Membership): Promise<void> {
    const { topic, partition, messages } = batch;
    const assignment = await this.assignmentOf(batch, membership);
    const heartbeat = (): Promise<void> => this.heartbeat(payload, membership);
    for (let from = 0, to = 0; from < messages.length; from = to) {
      // What was refused comes alone at first: the others need not be sent as copies once more.
      to = from + (this.retries.isFailing(topic, partition) ? 1 : MAX_BATCH_RECORDS);
      const records = messages.slice(from, to);
      const nextOffset = to >= messages.length ? batch.nextOffset : offsetAfter(records);
      const highWatermark = Number(batch.highWatermark);
      await heartbeat();
      const slice: RecordBatch = { topic, partition, records, nextOffset, assignment, highWatermark };
      const takenTo = await this.handOver(slice, heartbeat);
      payload.resolveOffset(String(takenTo - 1));
      if (takenTo < nextOffset || this.stopping || membership.ending) return;
    }
  }

  /** Answers the offset to go on with. */
  private async handOver(batch: RecordBatch, heartbeat: () => Promise<void>): Promise<number> {
    const { topic, partition, records, nextOffset, assignment } = batch;
    const { consume, commits } = this.options;
    const taken = await consume.onBatch(batch, heartbeat);
    if (typeof taken !== 'number' && commits) await assignment.commit(nextOffset);
    const takenTo = typeof taken === 'number' ? taken : nextOffset;
    if (takenTo > (records[0]?.offset ?? 0)) this.retries.succeeded(topic, partition);
    return takenTo;
  }

  private async assignmentOf(batch: WireBatch, membership: Membership): Promise<Assignment> {
    const { topic, partition, logStartOffset } = batch;
    const known = membership.assignmentOf(topic, partition);
    if (known !== null) return known;
    const { consume, committedOffsets, commits } = this.options;
    const all = commits ? await membership.committedOf(topic, () => committedOffsets(consume.groupId, topic)) : null;
    const committed = all?.get(partition);
    return membership.assign(topic, partition, (ended) => ({
      id: membership.id,
      committedOffset: committed?.offset ?? null,
      committedMetadata: committed?.metadata ?? null,
      logStartOffset,
      ended,
      isHeld: membership.isHeld,
      commit: (offset, metadata) => this.commits.commit({ topic, partition, offset, metadata }, membership),
      pause: () => {
        if (!membership.isLost) this.gate.pause(topic, partition, 'consumer');
      },
      resume: () => {
        if (!membership.isLost) this.gate.resume(topic, partition, 'consumer');
      },
      rejoin: () => this.rejoin(membership),
    }));
  }

  /** Keeps the membership alive; cheap when called often. A rebalance lets the batch in hand be finished. */
  private async heartbeat(payload: EachBatchPayload, membership: Membership): Promise<void> {
    try {
      await payload.heartbeat();
    } catch (error) {
      if (isMembershipLost(error)) {
        membership.lose();
        throw new RejoinError(error);
      }
      if (protocolType(error) === 'REBALANCE_IN_PROGRESS') this.endMembership(membership);
      // A coordinator that does not answer is not the batch's trouble: `isHeld` says when time is up.
      else this.options.logger.debug({ err: error }, 'a heartbeat failed');
    }
  }

  private rejoin(membership: Membership): void {
    if (membership === this.membership && !membership.isLost) this.endMembership(membership);
  }

  /** Batches in hand are finished, no other is begun until the group is joined anew, however often that has to be tried. */
  private endMembership(membership: Membership): void {
    membership.ending = true;
    if (membership === this.membership && this.memberId !== null) requestRejoin(this.memberId);
  }

  /** Nothing is committed: the partition stands still for a while, the others go on, the same records come again. */
  private onRejected(
    { batch: { topic, partition } }: EachBatchPayload,
    { error, membership }: { readonly error: unknown; readonly membership: Membership },
  ): void {
    if (this.stopping) return;
    this.standStill({ topic, partition }, { reason: sentenceOf(error), error });
    if (error instanceof PitwallError && error.code === 'stale_claim') {
      // Of several partitions that fail together kafkajs looks at one only, and may go on without joining: so it is told until it has.
      this.rejoin(membership);
      throw new RejoinError(error).rejoin;
    }
  }
}

function offsetAfter(records: readonly InboundRecord[]): number {
  return (records.at(-1)?.offset ?? -1) + 1;
}

/** It never restarts by itself: a subscription replaces it. */
function retryOf(resumedMemberId: string | null): RetryOptions & ResumableRetry {
  return { ...RETRY, restartOnFailure: async () => false, resumedMemberId };
}
