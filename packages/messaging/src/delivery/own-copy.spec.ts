import { aRecord } from '../memory/builders.js';
import { bytesOf, ownCopy } from './own-copy.js';

const fetched = Buffer.from('everything that one fetch brought: key value header');
const record = aRecord({
  topic: 't',
  partition: 2,
  offset: 7,
  key: fetched.subarray(35, 38),
  value: fetched.subarray(39, 44),
  headers: [
    { name: 'h', value: fetched.subarray(45) },
    { name: '\ufffd', nameBytes: Buffer.from([0xff]), value: null },
  ],
});

describe('ownCopy', () => {
  it('is the same record', () => {
    expect(ownCopy(record).record).toEqual(record);
  });

  it('copies what a getter makes', () => {
    const lazy = Object.create(record, { headers: { get: () => record.headers } }) as typeof record;
    expect(ownCopy(lazy).record).toEqual(record);
  });

  it('shares no memory with what it was fetched with', () => {
    const { record: copy } = ownCopy(record);
    fetched.fill(0);
    expect([copy.key, copy.value, copy.headers[0]?.value].map(String)).toEqual(['key', 'value', 'header']);
  });

  it('takes about as much as its bytes', () => {
    const { bytes } = ownCopy(aRecord({ topic: 't', value: Buffer.alloc(10_000) }));
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytesOf({ key: null, value: null, headers: [] })).toBeGreaterThan(0);
  });
});
