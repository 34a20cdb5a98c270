import { contentDigest } from '@pitwall/contracts';
import type { PlannedFeedback, PlannedRecord, Turn } from '@pitwall/flights';
import type { OutboundRecord } from '@pitwall/messaging';
import { newLedger, writeDown } from './ledger.js';

const aRecord = (text: string): OutboundRecord => ({
  topic: 't',
  partition: 0,
  key: null,
  value: Buffer.from(text),
  headers: [],
});
const anEvent = (kind: PlannedRecord['kind'], id: string) => ({ kind, draft: { id } }) as PlannedRecord;
const aLabel = (expected: PlannedFeedback['expected']) => ({ expected }) as PlannedFeedback;
const digestOf = (text: string): string => contentDigest(null, Buffer.from(text));

const write = (turn: Pick<Turn, 'events' | 'feedback'>, contents: readonly string[]) => {
  const ledger = newLedger('p');
  writeDown(ledger, { turn: { atMs: 0, next: { flight: 0, label: 0 }, ...turn }, records: contents.map(aRecord) });
  return ledger;
};

describe('the ledger', () => {
  it('counts acknowledged events, identities and what is missing on the topic', () => {
    const events = [anEvent('event', 'a'), anEvent('duplicate', 'a'), anEvent('poison', 'b')];
    const ledger = write({ events, feedback: [] }, ['a', 'a', 'b']).events;
    expect([ledger.records, ledger.unique]).toEqual([3, 1]);
    expect(ledger.missingFrom([digestOf('a'), digestOf('b')])).toBe(1);
    expect(ledger.missingFrom([digestOf('a'), digestOf('b'), digestOf('a')])).toBe(0);
    expect([ledger.isPoison(digestOf('b')), ledger.isPoison(digestOf('a'))]).toEqual([true, false]);
  });

  it('knows of feedback what is expected to become of it, by the first of the same content', () => {
    const feedback = [aLabel('joined'), aLabel('duplicate'), aLabel('invalid_feedback')];
    const ledger = write({ events: [anEvent('event', 'a')], feedback }, ['a', 'l', 'l', 'x']).feedback;
    expect(ledger.records).toBe(3);
    expect(['a', 'l', 'x'].map((text) => ledger.expectedOf(digestOf(text)))).toEqual([
      null,
      'joined',
      'invalid_feedback',
    ]);
    expect(ledger.missingFrom([digestOf('l'), digestOf('x')])).toBe(1);
  });
});
