import * as fc from 'fast-check';
import { aDecision, storedOf } from '../../test/a-decision.js';
import type { Decision } from './decision.js';
import { byResultId, firstOfEach, settleConflict, statementsOf } from './settlement.js';

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

describe('firstOfEach', () => {
  it('keeps the first decision of each identity in order', () => {
    const [a, b, again] = [aDecision({ id: 'A' }), aDecision({ id: 'B' }), aDecision({ id: 'A', offset: 9 })];
    expect(firstOfEach([a, b, again])).toEqual([a, b]);
  });
});

describe('byResultId', () => {
  it('orders as PostgreSQL orders uuids', () => {
    const ids = ['0f', '10', 'a0', 'ff'];
    const decisions = ids.map((start) => ({
      ...aDecision({}),
      resultId: `${start}000000-0000-5000-8000-000000000000`,
    }));
    const shuffled = [3, 0, 2, 1].map((at) => decisions[at] as Decision);
    expect(shuffled.toSorted(byResultId)).toEqual(decisions);
  });
});

describe('statementsOf', () => {
  it('keeps every row in order within the limits', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(100)),
        fc.integer({ min: 1, max: 10 }),
        fc.integer({ min: 1, max: 300 }),
        (sizes, maxRows, maxBytes) => {
          const rows = sizes.map((bytes) => ({
            ...aDecision({ value: Buffer.alloc(bytes) }),
            prediction: Buffer.alloc(0),
          }));
          const parts = [...statementsOf(rows, { maxRows, maxBytes })];
          expect(parts.flat()).toEqual(rows);
          for (const part of parts) {
            expect(part.length).toBeGreaterThan(0);
            expect(part.length).toBeLessThanOrEqual(maxRows);
            const bytes = part.reduce((sum, { publication }) => sum + publication.value.length, 0);
            expect(part.length === 1 || bytes <= maxBytes).toBe(true);
          }
        },
      ),
    );
  });
});
