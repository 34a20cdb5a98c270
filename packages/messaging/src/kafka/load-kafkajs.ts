/**
 * Loads kafkajs 2.2.4 with some of its modules replaced. Only this file and `fetch-cluster.ts` know its insides. Each replacement is
 * here because of a defect that its public interface cannot work around:
 *
 * - **headers**: its record codec keeps headers in a plain object. Null values throw on writing, repeated names lose their
 *   order, `__proto__` vanishes, names that are not UTF-8 are changed. Ours keeps them as a list (`wire.ts`, `produce-request.ts`).
 * - **cost**: it makes several objects and four big integers per record on reading, an encoder with a 512-byte buffer per
 *   header on writing, and groups records by copying an array per record.
 * - **large batches**: `records.push(...all)` overflows the stack on a batch of some hundred thousand records.
 * - **compacted logs**: it asks for the same offset for ever where a batch became empty.
 * - **offset out of range**: it commits "earliest" and goes on, so that lost records go unnoticed.
 * - **heartbeats**: it does not tell when an acknowledged heartbeat was sent.
 * - **members**: a consumer that replaces a crashed one cannot say that it is the same member, so that its partitions stand
 *   still until the session of the old one has run out; and none can be told to join anew; nor does it try
 *   again where it could not join: it fetches on as the member that it was.
 * - **many small fetches**: it asks for more the moment that it is done, however little comes (`fetch-pace.ts`).
 * - **timers**: every answered request arms a timer of a negative delay, which Node runs after 1 ms and warns of.
 *
 * A module is replaced by exchanging `exports` of its cache entry before anything that uses it is loaded.
 */
import { createRequire } from 'node:module';
import { PitwallError } from '@pitwall/contracts';
import { isPlanted } from '@pitwall/failpoints';
import type * as KafkaJs from 'kafkajs';
import type { OutboundRecord } from '../port.js';
import { type FetchedBatch, FetchPace } from './fetch-pace.js';
import { acknowledge, isToRejoin, watchOf } from './member-watch.js';
import { encodeProduceRequest, type TopicRecords } from './produce-request.js';
import { decodeRecordSet } from './record-set.js';
import { WireBatch } from './wire-batch.js';

const require = createRequire(import.meta.url);
const VERSION = '2.2.4';

/** `kafkajs` with the replacements in place. */
export const kafkajs = load();

function load(): typeof KafkaJs {
  const { version } = require('kafkajs/package.json') as { version: string };
  if (version !== VERSION) {
    throw new PitwallError(
      `Found kafkajs ${version}, expected ${VERSION}: its insides are replaced by exact version.`,
      {
        code: 'unexpected_kafkajs_version',
      },
    );
  }
  refuseIfLoaded();
  replace('kafkajs/src/protocol/requests/fetch/v4/decodeMessages.js', decodeRecordSet);
  replace('kafkajs/src/protocol/requests/produce/v3/request.js', makeProduceRequest);
  replace('kafkajs/src/producer/groupMessagesPerPartition.js', groupByPartition);
  replace('kafkajs/src/consumer/batch.js', WireBatch);
  replace('kafkajs/src/consumer/consumerGroup.js', resumableGroup());
  patchTimers();
  patchBroker();
  patchOffsets();
  return require('kafkajs') as typeof KafkaJs;
}

/** What was loaded before has taken the original modules in already: half of it would be replaced, and half not. */
function refuseIfLoaded(): void {
  if (require.cache[require.resolve('kafkajs')] === undefined) return;
  throw new PitwallError(
    'kafkajs was loaded before @pitwall/messaging, expected after it or never: import kafkajs nowhere else in this process.',
    { code: 'kafkajs_loaded_before' },
  );
}

function replace(path: string, replacement: unknown): void {
  require(path);
  const entry = require.cache[require.resolve(path)];
  if (entry === undefined) {
    throw new PitwallError(`The module ${path} of kafkajs cannot be replaced: it is not in the module cache.`, {
      code: 'kafkajs_not_replaceable',
    });
  }
  entry.exports = replacement;
}

interface Encoder {
  buf: Buffer;
  offset: number;
}

interface ProduceFields {
  readonly acks: number;
  readonly timeout: number;
  readonly topicData: readonly TopicRecords[];
  readonly producerId: { toString(): string };
  readonly producerEpoch: number;
}

const PRODUCE_API_KEY = 0;

function makeProduceRequest({ acks, timeout, topicData, producerId, producerEpoch }: ProduceFields): object {
  const producer = isPlanted('idempotent_producer')
    ? { producer: { id: Number(producerId), epoch: producerEpoch } }
    : {};
  return {
    apiKey: PRODUCE_API_KEY,
    apiVersion: 3,
    apiName: 'Produce',
    expectResponse: () => acks !== 0,
    encode: async (): Promise<Encoder> => {
      const createdAt = Math.round(performance.timeOrigin + performance.now());
      const encoder = new (require('kafkajs/src/protocol/encoder.js') as new (size: number) => Encoder)(1);
      encoder.buf = encodeProduceRequest(topicData, { acks, timeoutMs: timeout, createdAt, ...producer });
      encoder.offset = encoder.buf.length;
      return encoder;
    },
  };
}

interface GroupOptions {
  readonly topic: string;
  readonly partitionMetadata: readonly { readonly partitionId: number }[];
  readonly messages: readonly OutboundRecord[];
}

function groupByPartition({ topic, partitionMetadata, messages }: GroupOptions): Record<number, OutboundRecord[]> {
  const known = new Set(partitionMetadata.map(({ partitionId }) => partitionId));
  const groups: Record<number, OutboundRecord[]> = {};
  for (const message of messages) {
    if (!known.has(message.partition)) {
      throw new PitwallError(
        `Got partition ${message.partition} of ${topic}, which has ${known.size}; expected one from 0 to ${known.size - 1}.`,
        { code: 'unknown_partition', details: { topic, partition: message.partition } },
      );
    }
    (groups[message.partition] ??= []).push(message);
  }
  return groups;
}

interface RequestQueue {
  readonly pending: readonly unknown[];
  readonly throttledUntil: number;
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  checkPendingRequests(): void;
  scheduleCheckPendingRequests(): void;
}

const CHECK_PENDING_MS = 10;

function patchTimers(): void {
  const { prototype } = require('kafkajs/src/network/requestQueue/index.js') as { prototype: RequestQueue };
  prototype.scheduleCheckPendingRequests = function schedule(this: RequestQueue): void {
    if (this.pending.length === 0 || this.throttleCheckTimeoutId !== null) return;
    const waitMs = this.throttledUntil - (performance.timeOrigin + performance.now());
    this.throttleCheckTimeoutId = setTimeout(
      () => {
        this.throttleCheckTimeoutId = null;
        this.checkPendingRequests();
      },
      Math.max(waitMs, CHECK_PENDING_MS),
    );
  };
}

interface MemberRequest {
  readonly memberId: string;
}

type MemberCall = (this: unknown, request: MemberRequest) => Promise<unknown>;

function patchBroker(): void {
  const { prototype } = require('kafkajs/src/broker/index.js') as {
    prototype: Record<'heartbeat' | 'syncGroup', MemberCall>;
  };
  prototype.heartbeat = acknowledged(prototype.heartbeat);
  prototype.syncGroup = acknowledged(prototype.syncGroup);
}

function acknowledged(call: MemberCall): MemberCall {
  return async function acknowledgedCall(this: unknown, request: MemberRequest): Promise<unknown> {
    const sentAt = performance.now();
    try {
      const response = await call.call(this, request);
      acknowledge(request.memberId, sentAt);
      return response;
    } catch (error) {
      // A rebalance is announced by refusing the heartbeat, but the session is renewed all the same.
      if ((error as { type?: unknown }).type === 'REBALANCE_IN_PROGRESS') acknowledge(request.memberId, sentAt);
      throw error;
    }
  };
}

/** Passes the id of an earlier member on to the group; it goes with the retry options because those are handed through. */
export interface ResumableRetry {
  readonly resumedMemberId: string | null;
}

interface GroupOfMember {
  memberId: string | null;
  heartbeat(options: object): Promise<void>;
  fetch(nodeId: string): Promise<readonly FetchedBatch[]>;
}

type GroupClass = new (options: { readonly retry: Partial<ResumableRetry> }) => GroupOfMember;

/** Joins as the member that it continues. If the coordinator has dropped that one, kafkajs joins as a new one by itself. */
function resumableGroup(): GroupClass {
  const Original = require('kafkajs/src/consumer/consumerGroup.js') as GroupClass;
  return class ResumableGroup extends Original {
    constructor(options: { readonly retry: Partial<ResumableRetry> }) {
      super(options);
      this.memberId = options.retry.resumedMemberId ?? null;
    }

    readonly #pace = new FetchPace();

    override async fetch(nodeId: string): Promise<readonly FetchedBatch[]> {
      await this.#pace.until(nodeId);
      const batches = await super.fetch(nodeId);
      this.#pace.brought(nodeId, batches);
      return batches;
    }

    override async heartbeat(interval: object): Promise<void> {
      // It is sent all the same: the batch in hand is to be finished as a member.
      await super.heartbeat(interval);
      // Without an id it was refused as a member, and could not join since: kafkajs would fetch on, and never try again.
      if (this.memberId === null || isToRejoin(this.memberId)) throw rebalancing();
    }
  };
}

/** What kafkajs answers by joining anew. */
function rebalancing(): Error {
  const { KafkaJSProtocolError } = require('kafkajs') as typeof KafkaJs;
  return new KafkaJSProtocolError({
    type: 'REBALANCE_IN_PROGRESS',
    code: 27,
    retriable: false,
    message: 'The group is joined anew by request',
  } as never);
}

interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

interface OffsetsOfMember {
  readonly groupId: string;
  readonly memberId: string;
  getCoordinator(): Promise<{
    offsetFetch(request: object): Promise<{ responses: { partitions: { partition: number; offset: string }[] }[] }>;
  }>;
  clearOffsets(at: TopicPartition): void;
  nextOffset(topic: string, partition: number): { toString(): string };
  setDefaultOffset(at: TopicPartition): Promise<void>;
}

function patchOffsets(): void {
  const { prototype } = require('kafkajs/src/consumer/offsetManager/index.js') as { prototype: OffsetsOfMember };
  prototype.setDefaultOffset = async function refuse(this: OffsetsOfMember, { topic, partition }: TopicPartition) {
    const coordinator = await this.getCoordinator();
    const request = { groupId: this.groupId, topics: [{ topic, partitions: [{ partition }] }] };
    const { responses } = await coordinator.offsetFetch(request);
    const committed = Number(responses[0]?.partitions[0]?.offset ?? -1);
    // Without a committed offset the log's start was meant, and it moved on meanwhile: take the new one.
    if (committed < 0) this.clearOffsets({ topic, partition });
    else watchOf(this.memberId)?.outOfRange({ topic, partition, offset: committed });
  };
}
