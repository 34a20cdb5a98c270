import type { Header } from '@pitwall/messaging';
import * as fc from 'fast-check';
import { decodeOriginalHeaders, encodeOriginalHeaders } from './original-headers.js';

const anyBytes = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes));
const anyHeader = fc.record({ name: fc.string({ unit: 'grapheme' }), value: fc.option(anyBytes, { nil: null }) });

describe('original headers', () => {
  it('come back as they were: repeated, null, not UTF-8, in their order', () => {
    fc.assert(
      fc.property(fc.array(anyHeader), (headers: Header[]) => {
        expect(decodeOriginalHeaders(encodeOriginalHeaders(headers).toString('utf8'))).toEqual(headers);
      }),
    );
  });

  it('come back with a name that is not UTF-8', () => {
    const header = { name: '\ufffd', nameBytes: Buffer.from([0xff]), value: Buffer.from('x') };
    expect(decodeOriginalHeaders(encodeOriginalHeaders([header]).toString('utf8'))).toEqual([header]);
  });

  it('stand as text where they are text', () => {
    const headers = [
      { name: 'ce_id', value: Buffer.from('é') },
      { name: 'x', value: null },
      { name: 'y', value: Buffer.from([0xff]) },
    ];
    expect(encodeOriginalHeaders(headers).toString('utf8')).toBe('[["ce_id","é"],["x",null],["y",{"base64":"/w=="}]]');
  });
});
