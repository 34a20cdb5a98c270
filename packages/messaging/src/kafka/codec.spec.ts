import fc from 'fast-check';
import type { Header, OutboundRecord } from '../port.js';
import { crc32c } from './crc32c.js';
import { BATCH_OVERHEAD_BYTES, encodeProduceRequest, recordSize } from './produce-request.js';
import { committedRecords, decodeRecordSet } from './record-set.js';
import { WireBatch } from './wire-batch.js';
import { Cursor } from './wire.js';

const OPTIONS = { acks: -1, timeoutMs: 1_000, createdAt: 1_700_000_000_000 };
const TOPIC = 'topic';

/** The record set as the broker would hand it out: size and batch, from within the produce request. */
function recordSetOf(messages: readonly OutboundRecord[]): Buffer {
  const request = encodeProduceRequest([{ topic: TOPIC, partitions: [{ partition: 3, messages }] }], OPTIONS);
  const before = 2 + 2 + 4 + 4 + 2 + TOPIC.length + 4 + 4;
  return request.subarray(before);
}

async function roundTrip(messages: readonly OutboundRecord[]) {
  const decoder = { buffer: recordSetOf(messages), offset: 0 };
  const set = await decodeRecordSet(decoder);
  expect(decoder.offset).toBe(decoder.buffer.length);
  return set;
}

const bytes = (maxLength: number): fc.Arbitrary<Buffer> =>
  fc.uint8Array({ maxLength }).map((array) => Buffer.from(array));
const headers: fc.Arbitrary<Header[]> = fc.array(
  fc.oneof(
    fc.record({ name: fc.string({ unit: 'grapheme', maxLength: 20 }), value: fc.option(bytes(200)) }),
    fc.constant({ name: '__proto__', value: null }),
    fc.constant({ name: '\ufffd', nameBytes: Buffer.from([0xff]), value: Buffer.from('x') }),
  ),
  { maxLength: 6 },
);
const records = fc.array(
  fc.record({
    topic: fc.constant(TOPIC),
    partition: fc.constant(3),
    key: fc.option(bytes(100)),
    value: fc.option(bytes(5_000)),
    headers,
  }),
  { minLength: 1, maxLength: 30 },
);

describe('crc32c', () => {
  it.each([
    ['123456789', 0xe3069283],
    ['', 0],
    ['The quick brown fox jumps over the lazy dog', 0x22620404],
  ])('of %p is the published one', (text, expected) => {
    const padded = Buffer.from(`??${text}!`);
    expect(crc32c(padded, 2, padded.length - 1)).toBe(expected);
  });
});

describe('the record codec', () => {
  it('reads back what it writes, byte for byte', async () => {
    await fc.assert(
      fc.asyncProperty(records, async (messages) => {
        const set = await roundTrip(messages);
        expect(set.records.map(({ key, value, headers: read }) => ({ key, value, headers: [...read] }))).toEqual(
          messages.map(({ key, value, headers: written }) => ({ key, value, headers: written })),
        );
        expect(set.records.map(({ offset }) => offset)).toEqual(messages.map((_, index) => index));
        expect(set.records.every(({ appendedAt }) => appendedAt === OPTIONS.createdAt)).toBe(true);
        expect(set.nextOffset).toBe(messages.length);
      }),
    );
  });

  it('never takes more bytes for a batch than it said', () => {
    fc.assert(
      fc.property(records, (messages) => {
        const said = messages.reduce((sum, message) => sum + recordSize(message), BATCH_OVERHEAD_BYTES);
        expect(recordSetOf(messages).length - 4).toBeLessThanOrEqual(said);
      }),
    );
  });

  it('leaves a cut-off batch at the end out', async () => {
    const message: OutboundRecord = { topic: TOPIC, partition: 3, key: null, value: Buffer.from('x'), headers: [] };
    const whole = recordSetOf([message]).subarray(4);
    const size = Buffer.alloc(4);
    size.writeInt32BE(2 * whole.length - 1);
    const set = await decodeRecordSet({ buffer: Buffer.concat([size, whole, whole.subarray(0, -1)]), offset: 0 });
    expect(set.records).toHaveLength(1);
  });

  it('refuses a codec that it cannot unpack, and says what to set', async () => {
    const set = recordSetOf([{ topic: TOPIC, partition: 3, key: null, value: Buffer.from('x'), headers: [] }]);
    set.writeInt16BE(3, 4 + 21);
    await expect(decodeRecordSet({ buffer: set, offset: 0 })).rejects.toThrow(/lz4.*compression\.type=uncompressed/);
  });

  it.each([
    [[0x01], -1],
    [[0x02], 1],
    [[0xfe, 0xff, 0xff, 0xff, 0x0f], 2_147_483_647],
    [[0xff, 0xff, 0xff, 0xff, 0x0f], -2_147_483_648],
  ])('reads the varint %p', (encoded, expected) => {
    expect(new Cursor(Buffer.from(encoded), 0).varint()).toBe(expected);
    expect(new Cursor(Buffer.from(encoded), 0).varlong()).toBe(expected);
  });
});

describe('records of transactions', () => {
  const message = (value: string): OutboundRecord => ({
    topic: TOPIC,
    partition: 3,
    key: null,
    value: Buffer.from(value),
    headers: [],
  });

  it('leaves aborted ones out and keeps the others', async () => {
    const { records: all } = await roundTrip([message('kept'), message('aborted'), message('kept too')]);
    const span = { producerId: 7, isAbortMarker: false };
    const set = {
      records: all,
      nextOffset: 5,
      transactional: [
        { ...span, lastOffset: 1, from: 1, to: 2 },
        { ...span, lastOffset: 2, from: 0, to: 0, isAbortMarker: true },
        { ...span, lastOffset: 3, from: 2, to: 3 },
      ],
    };
    const kept = committedRecords(set, [{ producerId: '7', firstOffset: '1' }]);
    expect(kept.map(({ value }) => value?.toString())).toEqual(['kept', 'kept too']);
  });
});

describe('WireBatch', () => {
  const data = async (count: number, nextOffset: number) => {
    const set = await roundTrip(
      Array.from({ length: Math.max(count, 1) }, () => ({
        topic: TOPIC,
        partition: 3,
        key: null,
        value: null,
        headers: [],
      })),
    );
    return {
      partition: 3,
      highWatermark: '9',
      lastStartOffset: '2',
      abortedTransactions: null,
      messages: { ...set, records: set.records.slice(0, count), nextOffset },
    };
  };

  it('leaves out what lies before the offset that was asked for', async () => {
    const batch = new WireBatch(TOPIC, '2', await data(4, 4));
    expect(batch.messages.map(({ offset, topic, partition }) => [offset, topic, partition])).toEqual([
      [2, TOPIC, 3],
      [3, TOPIC, 3],
    ]);
    expect(batch).toMatchObject({ nextOffset: 4, logStartOffset: 2 });
    expect(batch.firstOffset()).toBe('2');
  });

  it('moves on where everything was compacted away', async () => {
    const batch = new WireBatch(TOPIC, '5', await data(0, 8));
    expect(batch.isEmptyDueToFiltering()).toBe(true);
    expect(batch.lastOffset()).toBe('7');
  });

  it('stays where nothing was fetched', async () => {
    const batch = new WireBatch(TOPIC, '5', await data(0, -1));
    expect(batch.isEmptyDueToFiltering()).toBe(false);
    expect(batch.nextOffset).toBe(5);
  });
});
