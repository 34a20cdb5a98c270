import { Delayed } from './delayed.js';

describe('Delayed', () => {
  it('gives what is due in the order in which it is due, and of one moment in the order in which it came', () => {
    const delayed = new Delayed<string>();
    for (const [dueMs, item] of [
      [30, 'c'],
      [10, 'a'],
      [30, 'd'],
      [20, 'b'],
    ] as const) {
      delayed.add(dueMs, item);
    }
    expect(delayed.takeDue(9)).toEqual([]);
    expect(delayed.takeDue(20)).toEqual(['a', 'b']);
    expect(delayed.takeDue(Infinity)).toEqual(['c', 'd']);
    expect(delayed.takeDue(Infinity)).toEqual([]);
  });
});
