import { aDecision, storedOf } from '../../test/a-decision.js';
import { settleConflict } from './settlement.js';

describe('settleConflict', () => {
  const stored = storedOf(aDecision({ id: 'A', offset: 5, content: 'first' }));

  it('takes the same record for a redelivery and publishes what is stored', () => {
    const again = aDecision({ id: 'A', offset: 5, content: 'first', decidedAt: 2 });
    expect(settleConflict(again, stored)).toEqual({ kind: 'redelivered', publication: stored.publication });
  });

  it.each([
    ['another offset', { offset: 6 }],
    ['another partition', { partition: 4 }],
    ['another topic', { topic: 'other.events.v1' }],
  ])('takes the same content at %s for a duplicate', (_, position) => {
    const duplicate = aDecision({ id: 'A', offset: 5, content: 'first', ...position });
    expect(settleConflict(duplicate, stored)).toEqual({ kind: 'duplicate' });
  });

  it.each([[5], [6]])('takes other content at offset %i for a reused id', (offset) => {
    const reused = aDecision({ id: 'A', offset, content: 'second' });
    expect(settleConflict(reused, stored)).toEqual({ kind: 'reused', first: stored.origin });
  });
});
