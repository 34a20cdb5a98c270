import * as fc from 'fast-check';
import { decodeHeaders, encodeHeaders } from './published-headers.js';

describe('published headers', () => {
  it('come back as they were kept', () => {
    const header = fc.record({
      name: fc.string(),
      value: fc.option(fc.string({ unit: 'grapheme' }).map((text) => Buffer.from(text, 'utf8'))),
    });
    fc.assert(
      fc.property(fc.array(header), (headers) => {
        expect(decodeHeaders(encodeHeaders(headers).toString('utf8'))).toEqual(headers);
      }),
    );
  });

  it('keep order and repeated names', () => {
    const headers = ['first', 'second'].map((text) => ({ name: 'again', value: Buffer.from(text) }));
    expect(encodeHeaders(headers).toString()).toBe('[["again","first"],["again","second"]]');
  });
});
