import { positionsFrom, positionsText, recordsBetween } from './positions.js';

describe('positions', () => {
  it('are read and written the same', () => {
    expect(positionsText(positionsFrom('1:98, 0:120,10:0'))).toBe('0:120,1:98,10:0');
  });

  it.each(['', '0', '0:', ':5', '0:1,', '0:1,0:2', 'a:1', '0:-1', '0:1;1:2'])('are not read from %j', (text) => {
    expect(() => positionsFrom(text)).toThrow('such as 0:120,1:98');
  });

  it('count the records between them, of the partitions that are begun', () => {
    const positions = (text: string) => positionsFrom(text);
    expect(recordsBetween(positions('0:10,1:5'), positions('0:12,1:5,2:100'))).toBe(2);
    expect(recordsBetween(positions('0:10'), positions('0:4'))).toBe(0);
  });
});
