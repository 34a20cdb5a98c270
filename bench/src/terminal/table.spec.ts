import { tableLines } from './table.js';

describe('tableLines', () => {
  it('makes each column as wide as its widest cell', () => {
    const lines = tableLines<readonly [string, number]>(
      [
        { title: 'who', align: 'left', cell: ([name]) => name },
        { title: 'n', align: 'right', cell: ([, n]) => String(n) },
      ],
      [
        ['inference', 7],
        ['kafka', 1200],
      ],
    );
    expect(lines).toEqual(['who           n', '---------------', 'inference     7', 'kafka      1200']);
  });

  it('is only a head without rows', () => {
    expect(tableLines([{ title: 'who', align: 'left', cell: String }], [])).toEqual(['who', '---']);
  });
});
