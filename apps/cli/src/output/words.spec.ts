import { count, counted, duration, percent, printable } from './words.js';

describe('words', () => {
  it.each([
    [0.34, '0.3 s'],
    [9.99, '10.0 s'],
    [42.4, '42 s'],
    [119, '119 s'],
    [120, '2 min'],
    [7_199, '120 min'],
    [7_200, '2 h'],
    [172_800, '2 d'],
  ])('says %d seconds as %s', (seconds, expected) => {
    expect(duration(seconds)).toBe(expected);
  });

  it('says counts and shares', () => {
    expect([count(1_234_567), counted(1, 'record'), counted(0, 'record'), percent(0.8124)]).toEqual([
      '1,234,567',
      '1 record',
      '0 records',
      '81.2 %',
    ]);
  });

  it('lets nothing through that moves a cursor or turns text around, and cuts what is long', () => {
    expect(printable('a\u001b[2Jb\u202ec\nd\0é 飛')).toBe('a\\u001b[2Jb\\u202ec\\u000ad\\u0000é 飛');
    expect(printable('x'.repeat(10), 5)).toBe('xxxx…');
  });
});
