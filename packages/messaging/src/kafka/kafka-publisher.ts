import { PitwallError } from '@pitwall/contracts';
import { isPlanted } from '@pitwall/failpoints';
import type { Producer } from 'kafkajs';
import type { KafkaConnection, OutboundRecord, Publisher, SendOptions } from '../port.js';
import type { ClientLogger } from './client-log.js';
import { newKafka, RETRY } from './connection.js';
import { rootCause, sentenceOf } from './kafka-error.js';
import { checkRecords, planChunks } from './send-plan.js';

interface Waiting {
  readonly records: readonly OutboundRecord[];
  readonly stillHeld: () => boolean;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

const ACKS_ALL = -1;
const BROKER_TIMEOUT_MS = 10_000;

/** kafkajs' type for what our produce request takes: records as they are. */
type Messages = Parameters<Producer['send']>[0]['messages'];

/**
 * Writes records through one producer, one request at a time: concurrent requests change places when one is retried. Calls
 * that wait for their turn are put together, so that partitions handled side by side share a request; they fail together too.
 */
export class KafkaPublisher implements Publisher {
  private readonly waiting: Waiting[] = [];
  private sending: Promise<void> | null = null;
  private closing: Promise<void> | null = null;
  private connected = false;
  private readonly producer: Producer;

  /** Connects with the first send, so that a service starts also while the brokers do not answer. */
  constructor(connection: KafkaConnection, logger: ClientLogger) {
    this.producer = newKafka(connection, logger).producer({
      idempotent: isPlanted('idempotent_producer'),
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      // Never asked: records are grouped by the partition that they state.
      createPartitioner: () => () => 0,
      retry: RETRY,
    });
  }

  async send(records: readonly OutboundRecord[], options: SendOptions = {}): Promise<void> {
    if (this.closing !== null) {
      throw new PitwallError('Got records after the publisher was closed.', { code: 'publisher_closed' });
    }
    if (records.length === 0) return;
    checkRecords(records);
    const done = new Promise<void>((resolve, reject) => {
      this.waiting.push({ records, stillHeld: options.stillHeld ?? alwaysHeld, resolve, reject });
    });
    this.sending ??= this.sendWaiting();
    await done;
  }

  close(): Promise<void> {
    this.closing ??= this.disconnect();
    return this.closing;
  }

  private async disconnect(): Promise<void> {
    await this.sending;
    await this.producer.disconnect();
  }

  private async sendWaiting(): Promise<void> {
    // Calls of the same turn of the event loop are put together from the start.
    await Promise.resolve();
    while (this.waiting.length > 0) {
      const turn = this.waiting.splice(0);
      await this.sendTurn(turn);
    }
    this.sending = null;
  }

  private async sendTurn(turn: readonly Waiting[]): Promise<void> {
    const held = turn.filter((call) => holds(call));
    try {
      const records = held.length === 1 ? (held[0] as Waiting).records : held.flatMap((call) => call.records);
      for (const chunk of planChunks(records)) {
        if (!held.every((call) => call.stillHeld())) throw staleClaim();
        await this.sendChunk(chunk.records);
      }
      for (const call of held) call.resolve();
    } catch (error) {
      for (const call of held) call.reject(error);
    }
  }

  private async sendChunk(records: readonly OutboundRecord[]): Promise<void> {
    const byTopic = new Map<string, OutboundRecord[]>();
    for (const record of records) {
      const ofTopic = byTopic.get(record.topic);
      if (ofTopic === undefined) byTopic.set(record.topic, [record]);
      else ofTopic.push(record);
    }
    const topicMessages = [...byTopic].map(([topic, messages]) => ({
      topic,
      messages: messages as unknown as Messages,
    }));
    try {
      if (!this.connected) await this.producer.connect();
      this.connected = true;
      await this.producer.sendBatch({ acks: ACKS_ALL, timeout: BROKER_TIMEOUT_MS, topicMessages });
    } catch (error) {
      throw sendFailed(error, [...byTopic.keys()]);
    }
  }
}

function alwaysHeld(): boolean {
  return true;
}

function holds(call: Waiting): boolean {
  const held = call.stillHeld();
  if (!held) call.reject(staleClaim());
  return held;
}

function staleClaim(): PitwallError {
  return new PitwallError('The partition may have been given to another consumer: nothing more is sent.', {
    code: 'stale_claim',
    retriable: true,
  });
}

function sendFailed(error: unknown, topics: readonly string[]): PitwallError {
  const cause = rootCause(error);
  if (cause instanceof PitwallError) return cause;
  return new PitwallError(
    `Records for ${topics.join(', ')} were not acknowledged: ${sentenceOf(error)}. Some may have been written; send all of them again.`,
    { code: 'send_failed', retriable: true, cause: error, details: { topics } },
  );
}
