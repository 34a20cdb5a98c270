/**
 * A producer that knows nothing of Pitwall: kafkajs as it comes, in a process of its own. Started by `foreign-producer.ts`
 * with the addresses of the brokers as arguments; each message from its parent is a send
 * `{ id, topic, codec, messages: [{ key?, value, partition?, headers? }] }`, each answer `{ id, problem }`.
 */
import { zstdCompressSync } from 'node:zlib';
import kafkajs from 'kafkajs';

// LZ4 frame format: magic, one descriptor of independent blocks up to 64 KiB with its checksum, then blocks that are marked
// as stored uncompressed by their highest bit, then the end mark. Kafka's LZ4 is this frame.
const FRAME = Buffer.from('04224d18604082', 'hex');
const END_MARK = Buffer.alloc(4);
const STORED = 0x8000_0000;
const MAX_BLOCK = 64 * 1024;

const lz4 = {
  compress: async ({ buffer }) => {
    const blocks = [];
    for (let at = 0; at < buffer.length; at += MAX_BLOCK) {
      const block = buffer.subarray(at, at + MAX_BLOCK);
      const size = Buffer.alloc(4);
      size.writeUInt32LE((STORED | block.length) >>> 0);
      blocks.push(size, block);
    }
    return Buffer.concat([FRAME, ...blocks, END_MARK]);
  },
  decompress: async () => {
    throw new Error('This client only writes.');
  },
};

// Snappy: the length as a varint, then blocks that are marked as literal, of 64 KiB at most.
const LITERAL_WITH_TWO_LENGTH_BYTES = 61 << 2;

const snappy = {
  compress: async ({ buffer }) => {
    const parts = [varint(buffer.length)];
    for (let at = 0; at < buffer.length; at += MAX_BLOCK) {
      const block = buffer.subarray(at, at + MAX_BLOCK);
      const tag = Buffer.from([LITERAL_WITH_TWO_LENGTH_BYTES, 0, 0]);
      tag.writeUInt16LE(block.length - 1, 1);
      parts.push(tag, block);
    }
    return Buffer.concat(parts);
  },
  decompress: lz4.decompress,
};

function varint(value) {
  const bytes = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return Buffer.from([...bytes, rest]);
    bytes.push((rest & 0x7f) | 0x80);
  }
}

const zstd = { compress: async ({ buffer }) => zstdCompressSync(buffer), decompress: lz4.decompress };

const { CompressionCodecs, CompressionTypes } = kafkajs;
CompressionCodecs[CompressionTypes.LZ4] = () => lz4;
CompressionCodecs[CompressionTypes.Snappy] = () => snappy;
CompressionCodecs[CompressionTypes.ZSTD] = () => zstd;

const TYPE_OF = {
  none: CompressionTypes.None,
  gzip: CompressionTypes.GZIP,
  snappy: CompressionTypes.Snappy,
  lz4: CompressionTypes.LZ4,
  zstd: CompressionTypes.ZSTD,
};

const kafka = new kafkajs.Kafka({ brokers: process.argv.slice(2), logLevel: kafkajs.logLevel.NOTHING });
const producer = kafka.producer({ maxInFlightRequests: 1, allowAutoTopicCreation: false });
const connected = producer.connect();
connected.catch(() => undefined); // told by the first send

/** Null, or what went wrong. */
async function send({ topic, codec, messages }) {
  try {
    await connected;
    await producer.send({ topic, acks: -1, compression: TYPE_OF[codec], messages });
    return null;
  } catch (error) {
    return String(error);
  }
}

process.on('message', (request) => {
  void send(request).then((problem) => process.send({ id: request.id, problem }));
});
// The parent closes the channel when it is done, and the system does when the parent ends in whatever way.
process.on('disconnect', () => {
  void producer.disconnect().finally(() => process.exit(0));
});
