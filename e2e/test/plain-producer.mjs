/**
 * A producer that knows nothing of Pitwall: kafkajs as it comes, in a process of its own. Reads one JSON document from
 * standard input: `{ brokers, topic, compression?, messages: [{ key?, value?, partition?, headers? }] }`, where values are
 * base64 and header values text.
 */
import { text } from 'node:stream/consumers';
import kafkajs from 'kafkajs';

const { brokers, topic, compression = 'none', messages } = JSON.parse(await text(process.stdin));

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

kafkajs.CompressionCodecs[kafkajs.CompressionTypes.LZ4] = () => lz4;

const kafka = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING });
const producer = kafka.producer();
await producer.connect();
await producer.send({
  topic,
  acks: -1,
  compression: compression === 'lz4' ? kafkajs.CompressionTypes.LZ4 : kafkajs.CompressionTypes.None,
  messages: messages.map(({ value, ...message }) => ({
    ...message,
    value: value === null ? null : Buffer.from(value, 'base64'),
  })),
});
await producer.disconnect();
