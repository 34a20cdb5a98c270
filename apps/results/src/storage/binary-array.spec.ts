import { binaryArray, ELEMENT } from './binary-array.js';

const identity = <T>(value: T): T => value;

describe('binaryArray', () => {
  it('writes dimensions, null flag, element type, length and lower bound, then the elements', () => {
    expect(binaryArray(ELEMENT.int4, [7, -1], identity<number>).toString('hex')).toBe(
      ['00000001', '00000000', '00000017', '00000002', '00000001', '00000004', '00000007', '00000004', 'ffffffff'].join(
        '',
      ),
    );
  });

  it('marks null elements', () => {
    const array = binaryArray(ELEMENT.text, ['é', null], identity<string | null>).toString('hex');
    expect(array).toBe(
      ['00000001', '00000001', '00000019', '00000002', '00000001', '00000002', 'c3a9', 'ffffffff'].join(''),
    );
  });

  it.each([
    ['uuid', '0190f7ab-1234-5678-9abc-def012345678', '0190f7ab123456789abcdef012345678'],
    ['hex', 'c0ffee', 'c0ffee'],
    ['int8', Number.MAX_SAFE_INTEGER, '001fffffffffffff'],
    ['float8', 0.5, '3fe0000000000000'],
    ['bool', 1, '01'],
    ['timestamptz', Date.UTC(2000, 0, 1, 0, 0, 1), '00000000000f4240'],
    ['timestamptz', Date.UTC(1999, 11, 31, 23, 59, 59), 'fffffffffff0bdc0'],
  ] as const)('encodes %s %s', (type, value, expected) => {
    const encoded = binaryArray(ELEMENT[type] as never, [value], identity as never);
    expect(encoded.subarray(24).toString('hex')).toBe(expected);
    expect(encoded.readInt32BE(20)).toBe(expected.length / 2);
  });
});
