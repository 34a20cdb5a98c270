import { connect } from 'node:net';
import type { OutboundRecord } from '../src/index.js';
import { crc32c } from '../src/kafka/crc32c.js';
import { encodeProduceRequest } from '../src/kafka/produce-request.js';

/**
 * What foreign producers write and our client never would, put on the wire by hand: packed batches, batches of a hundred
 * thousand records.
 */

const AT = { length: 8, crc: 17, attributes: 21, records: 61 };
const LZ4 = 3;

/** One record batch, as our client writes it. */
export function plainBatch(records: readonly OutboundRecord[]): Buffer {
  const topic = 't';
  const options = { acks: -1, timeoutMs: 1_000, createdAt: 1_700_000_000_000 };
  const request = encodeProduceRequest([{ topic, partitions: [{ partition: 0, messages: records }] }], options);
  return Buffer.from(request.subarray(2 + 2 + 4 + 4 + 2 + topic.length + 4 + 4 + 4));
}

/** The same records in an lz4 frame; its blocks are stored, which the format allows and every reader understands. */
export function lz4Batch(records: readonly OutboundRecord[]): Buffer {
  const batch = plainBatch(records);
  const packed = Buffer.concat([batch.subarray(0, AT.records), lz4Frame(batch.subarray(AT.records))]);
  packed.writeInt32BE(packed.length - 12, AT.length);
  packed.writeInt16BE(LZ4, AT.attributes);
  packed.writeUInt32BE(crc32c(packed, AT.attributes, packed.length), AT.crc);
  return packed;
}

const LZ4_BLOCK_BYTES = 64 * 1024;
const STORED = 0x80000000;

function lz4Frame(bytes: Buffer): Buffer {
  // Magic number, version 1 with independent blocks of 64 KiB, checksum of these two bytes.
  const parts: Buffer[] = [Buffer.from('04224d18604082', 'hex')];
  for (let from = 0; from < bytes.length; from += LZ4_BLOCK_BYTES) {
    const block = bytes.subarray(from, from + LZ4_BLOCK_BYTES);
    const size = Buffer.alloc(4);
    size.writeUInt32LE((block.length | STORED) >>> 0);
    parts.push(size, block);
  }
  parts.push(Buffer.alloc(4));
  return Buffer.concat(parts);
}

const PRODUCE = 0;
const VERSION = 3;

/** Writes one batch to partition 0. Rejects with the broker's error code if it does not take it. */
export async function produceRaw(broker: string, topic: string, batch: Buffer): Promise<void> {
  const body = [
    int16(-1),
    int16(-1),
    int32(10_000),
    int32(1),
    text(topic),
    int32(1),
    int32(0),
    int32(batch.length),
    batch,
  ];
  const request = Buffer.concat([int16(PRODUCE), int16(VERSION), int32(1), text('raw'), ...body]);
  const response = await exchange(broker, Buffer.concat([int32(request.length), request]));
  // Correlation id, count of topics, name, count of partitions, partition, error.
  const error = response.readInt16BE(4 + 4 + 2 + topic.length + 4 + 4);
  if (error !== 0) throw new Error(`The broker refused the batch with error ${error}.`);
}

function exchange(broker: string, request: Buffer): Promise<Buffer> {
  const [host = '', port = ''] = broker.split(':');
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port: Number(port) });
    let received: Buffer = Buffer.alloc(0);
    socket.on('error', reject);
    socket.on('data', (bytes) => {
      received = Buffer.concat([received, bytes]);
      if (received.length < 4 || received.length < 4 + received.readInt32BE(0)) return;
      socket.destroy();
      resolve(received.subarray(4));
    });
    socket.write(request);
  });
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function text(value: string): Buffer {
  return Buffer.concat([int16(value.length), Buffer.from(value)]);
}
