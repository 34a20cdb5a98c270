import { originOf } from '../../test/a-dead-letter.js';
import { settledAmong } from './settled-redrives.js';

const record = (offset: number) => ({ origin: originOf({ offset }), redriveAttempt: 1 });

describe('settledAmong', () => {
  it('finds the redriven records that have come to their end, and not those that die or wait', () => {
    const kinds = ['inserted', 'refused', 'redelivered', 'reused', 'duplicate', 'conflict', 'copy'];
    const redriven = [...kinds.map((_, offset) => record(offset)), record(99)];
    const others = record(50);
    const rows = [...redriven.slice(0, kinds.length), others];
    const settlements = [...kinds, 'inserted'].map((kind) => ({ kind }));
    const offsets = settledAmong(redriven, rows, settlements).map(({ origin }) => origin.offset);
    expect(offsets.map((offset) => kinds[offset])).toEqual(['inserted', 'redelivered', 'duplicate', 'copy']);
  });

  it('finds none where nothing was redriven', () => {
    expect(settledAmong([], [record(1)], [{ kind: 'inserted' }])).toEqual([]);
  });
});
