import { contentDigest, formatOrigin, HEADER, type Origin } from '@pitwall/contracts';
import { aRecord, type InboundRecord, rawOriginOf, textHeader } from '@pitwall/messaging';
import { replayedRecord } from './replayed-record.js';

const KEY = Buffer.from('N1');
const VALUE = Buffer.from('{"a":1}');
const ODD = [
  textHeader('traceparent', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'),
  { name: 'null', value: null },
  { name: 'bytes', value: Buffer.from([255]) },
  textHeader('twice', '1'),
  textHeader('twice', '2'),
];

const raw = (parts: Partial<InboundRecord> = {}): InboundRecord =>
  aRecord({
    topic: 'p.events.v1',
    partition: 3,
    offset: 7,
    appendedAt: 100,
    key: KEY,
    value: VALUE,
    headers: ODD,
    ...parts,
  });

const earlier = (parts: Partial<Origin> = {}): Origin => ({
  topic: 'p.events.v1',
  partition: 3,
  offset: 2,
  appendedAt: 50,
  digest: contentDigest(KEY, VALUE),
  ...parts,
});

const stating = (origin: Origin) => textHeader(HEADER.origin, formatOrigin(origin));

describe('replayedRecord', () => {
  it('is the record as it was, to the same partition, with a word on where it stood', () => {
    const { record, origin, isCopy } = replayedRecord(raw());
    expect(record).toEqual({
      topic: 'p.events.v1',
      partition: 3,
      key: KEY,
      value: VALUE,
      headers: [...ODD, stating(earlier({ offset: 7, appendedAt: 100 }))],
    });
    expect([origin, isCopy]).toEqual([earlier({ offset: 7, appendedAt: 100 }), false]);
  });

  it('is taken for the record that it was, as often as it is replayed', () => {
    const first = replayedRecord(raw());
    const again = raw({ offset: 20, appendedAt: 200, headers: first.record.headers });
    expect(rawOriginOf(again)).toEqual(first.origin);
    expect(replayedRecord(again)).toEqual({ ...first, isCopy: true });
  });

  it('does not pass on a claim that is not believed', () => {
    const { record, origin } = replayedRecord(raw({ headers: [stating(earlier({ digest: 'a'.repeat(64) })), ...ODD] }));
    expect(origin.offset).toBe(7);
    expect(record.headers).toEqual([...ODD, stating(earlier({ offset: 7, appendedAt: 100 }))]);
  });

  it('leaves what a redrive has sent as it is: it may have another payload, and is no copy', () => {
    const headers = [...ODD, stating(earlier({ digest: 'a'.repeat(64) })), textHeader(HEADER.redriveAttempt, '1')];
    const { record, origin, isCopy } = replayedRecord(raw({ headers }));
    expect([record.headers, origin.offset, isCopy]).toEqual([headers, 2, false]);
  });

  it('keeps a tombstone and a record without a key', () => {
    const { record } = replayedRecord(raw({ key: null, value: null, headers: [] }));
    expect([record.key, record.value, record.headers.length]).toEqual([null, null, 1]);
  });
});
