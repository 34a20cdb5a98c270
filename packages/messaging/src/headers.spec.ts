import { HEADER } from '@pitwall/contracts';
import * as fc from 'fast-check';
import { cloudEventHeaders, inputAppendedAtHeader, inputAppendedAtOf, textHeader } from './headers.js';

describe('when the input of a message was appended', () => {
  it('is read back as it was written', () => {
    fc.assert(
      fc.property(fc.nat({ max: 253_402_300_799_999 }), (appendedAt) => {
        expect(inputAppendedAtOf([textHeader('other', '1'), inputAppendedAtHeader(appendedAt)])).toBe(appendedAt);
      }),
    );
  });

  it.each(['', '-1', '1.5', '1e3', ' 1', '１', 'soon', '1'.repeat(16)])('is not known where it is %j', (text) => {
    expect(inputAppendedAtOf([textHeader(HEADER.inputAppendedAt, text)])).toBeNull();
  });

  it('is not known where the header is null or absent', () => {
    expect(inputAppendedAtOf([{ name: HEADER.inputAppendedAt, value: null }])).toBeNull();
    expect(inputAppendedAtOf([])).toBeNull();
  });

  it('is said by every message that is derived from another', () => {
    const headers = cloudEventHeaders({
      type: 'pitwall.features',
      source: '/s',
      id: '1',
      time: '2024-01-01T00:00:00Z',
      subject: 'N1',
      traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-00`,
      origin: { topic: 'p.events.v1', partition: 0, offset: 0, appendedAt: 5, digest: 'd'.repeat(64) },
      inputAppendedAt: 7,
    });
    expect(inputAppendedAtOf(headers)).toBe(7);
  });
});
