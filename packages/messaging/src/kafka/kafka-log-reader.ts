import { setTimeout as sleep } from 'node:timers/promises';
import { PitwallError } from '@pitwall/contracts';
import { backoffMs } from '../backoff.js';
import type { InboundRecord, KafkaConnection, LogReader, ReadBatch, TopicRange } from '../port.js';
import { ReadPositions } from '../read-positions.js';
import type { ClientLogger } from './client-log.js';
import { newKafka } from './connection.js';
import { type FetchCluster, fetchClusterOf, READ_COMMITTED } from './fetch-cluster.js';
import { isFinal, protocolType, sentenceOf } from './kafka-error.js';
import { WireBatch } from './wire-batch.js';

const MAX_WAIT_MS = 300;
const MAX_BYTES = 8 * 1024 * 1024;
const MAX_PARTITION_BYTES = 1024 * 1024;
/** About 6 s, on top of what each request tries by itself. */
const TRIES = 7;

/** Fetches by position from the leaders of the partitions. Connects with the first read. */
export class KafkaLogReader implements LogReader {
  private readonly cluster: FetchCluster;
  private connecting: Promise<void> | null = null;

  constructor(
    connection: KafkaConnection,
    private readonly logger: ClientLogger,
  ) {
    this.cluster = fetchClusterOf(newKafka(connection, logger));
  }

  async *read(ranges: readonly TopicRange[], signal: AbortSignal): AsyncGenerator<ReadBatch, void, undefined> {
    const positions = new ReadPositions(ranges);
    let failures = 0;
    while (!positions.isDone && !signal.aborted) {
      let fetched: readonly WireBatch[];
      try {
        await this.prepare(positions);
        fetched = await this.fetch(positions);
        failures = 0;
      } catch (error) {
        failures += 1;
        await this.recover(error, failures);
        continue;
      }
      for (const batch of fetched) {
        const taken = positions.take(readBatchOf(batch));
        if (taken !== null) yield taken;
        if (signal.aborted) return;
      }
    }
  }

  async close(): Promise<void> {
    await this.cluster.disconnect();
  }

  private async prepare(positions: ReadPositions): Promise<void> {
    this.connecting ??= this.cluster.connect();
    try {
      await this.connecting;
    } catch (error) {
      this.connecting = null;
      throw error;
    }
    await this.cluster.addMultipleTargetTopics(positions.topics);
    await this.cluster.refreshMetadataIfNecessary();
  }

  private async fetch(positions: ReadPositions): Promise<readonly WireBatch[]> {
    const requests = [...this.byLeader(positions)].map(async ([nodeId, partitions]) => {
      const broker = await this.cluster.findBroker({ nodeId });
      const topics = [...Map.groupBy(partitions, ({ topic }) => topic)].map(([topic, ofTopic]) => ({
        topic,
        partitions: ofTopic.map(({ partition, offset }) => ({
          partition,
          fetchOffset: String(offset),
          maxBytes: MAX_PARTITION_BYTES,
        })),
      }));
      const { responses } = await broker.fetch({
        maxWaitTime: MAX_WAIT_MS,
        minBytes: 1,
        maxBytes: MAX_BYTES,
        isolationLevel: READ_COMMITTED,
        topics,
      });
      return responses.flatMap(({ topicName, partitions: data }) =>
        data.map((one) => {
          const offset = positions.offsetOf(topicName, one.partition);
          return new WireBatch(topicName, String(offset), one);
        }),
      );
    });
    return (await Promise.all(requests)).flat();
  }

  private byLeader(positions: ReadPositions) {
    const open = positions.open();
    const byLeader = new Map<string, { topic: string; partition: number; offset: number }[]>();
    for (const topic of positions.topics) {
      const ofTopic = open.filter((position) => position.topic === topic);
      const leaders = this.cluster.findLeaderForPartitions(
        topic,
        ofTopic.map(({ partition }) => partition),
      );
      for (const [nodeId, partitions] of Object.entries(leaders)) {
        const led = ofTopic.filter(({ partition }) => partitions.includes(partition));
        byLeader.set(nodeId, [...(byLeader.get(nodeId) ?? []), ...led]);
      }
    }
    return byLeader;
  }

  /** Waits before the next try, or throws where there is to be none. */
  private async recover(error: unknown, failures: number): Promise<void> {
    const final = finalErrorOf(error);
    if (final !== null) throw final;
    if (failures >= TRIES) {
      throw new PitwallError(`The brokers cannot be read from: ${sentenceOf(error)}.`, {
        code: 'read_failed',
        retriable: true,
        cause: error,
      });
    }
    this.logger.debug({ err: error }, 'a fetch failed');
    const { name, host, port } = error as { name?: unknown; host?: string; port?: number };
    if (name === 'KafkaJSConnectionClosedError' && host !== undefined && port !== undefined) {
      this.cluster.removeBroker({ host, port });
    }
    await sleep(backoffMs(failures));
    try {
      // The leader may be another by now.
      await this.cluster.refreshMetadata();
    } catch (stillThere) {
      this.logger.debug({ err: stillThere }, 'nobody says who leads: the next fetch will');
    }
  }
}

function readBatchOf(batch: WireBatch): ReadBatch {
  const { topic, partition, nextOffset, highWatermark } = batch;
  const records: readonly InboundRecord[] = batch.messages;
  return { topic, partition, records, nextOffset, highWatermark: Number(highWatermark) };
}

/** What another try does not mend. */
function finalErrorOf(error: unknown): PitwallError | null {
  const { name, topic, partition } = error as { name?: unknown; topic?: unknown; partition?: unknown };
  if (name === 'KafkaJSOffsetOutOfRange') {
    return new PitwallError(
      `The offset to be read in ${String(topic)}, partition ${String(partition)}, is not in the log any more, or not yet: records are deleted by retention, or the topic was made anew.`,
      { code: 'offset_out_of_range', cause: error },
    );
  }
  if (protocolType(error) === 'UNKNOWN_TOPIC_OR_PARTITION') {
    return new PitwallError('Got a topic to read that does not exist; check its name, or create it.', {
      code: 'unknown_topic',
      cause: error,
    });
  }
  if (!isFinal(error)) return null;
  return error instanceof PitwallError
    ? error
    : new PitwallError(`The brokers refuse to be read from: ${sentenceOf(error)}.`, {
        code: 'read_refused',
        cause: error,
      });
}
