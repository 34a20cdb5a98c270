import { deadLetterSchema, deadLettersTopic, HEADER, TOPICS, type Violation } from '@pitwall/contracts';
import { deadLetterRecord, type DeadRecord } from './dead-letter.js';
import { decodeText } from './headers.js';
import { BATCH_OVERHEAD_BYTES, recordSize } from './kafka/produce-request.js';
import { aRecord, messageOf } from './memory/builders.js';
import { dead, type DeadFacts } from './outcomes.js';
import type { InboundRecord, OutboundRecord } from './port.js';

const CONTEXT = { pipeline: 'flight-delay', stage: 'ingestion', service: 'ingestion@1.2.3' } as const;
const FACTS: DeadFacts = { reason: 'not_json', message: 'Got text.' };

function aDeadRecord(record: Partial<InboundRecord> = {}, facts: DeadFacts = FACTS): DeadRecord {
  const whole = aRecord({
    topic: 'flight-delay.events.v1',
    partition: 4,
    offset: 17,
    value: Buffer.from('x'),
    ...record,
  });
  return {
    record: whole,
    origin: messageOf(whole).origin,
    redriveAttempt: 0,
    outcome: dead(facts),
    traceId: '0af7651916cd43dd8448eb211c80319c',
    deadAt: new Date('2024-02-01T00:00:00Z'),
  };
}

function letterOf(record: OutboundRecord) {
  const last = record.headers.at(-1);
  expect(last?.name).toBe(HEADER.deadLetter);
  return deadLetterSchema.parse(JSON.parse(decodeText(last?.value ?? Buffer.alloc(0)) ?? ''));
}

describe('deadLetterRecord', () => {
  it('keeps key, value and headers as they are, and says why in one more header, the last', () => {
    const headers = [
      { name: 'a', value: null },
      { name: HEADER.deadLetter, value: Buffer.from('of an earlier life') },
      { name: 'a', value: Buffer.from([255]) },
    ];
    const record = deadLetterRecord(aDeadRecord({ key: Buffer.from([0, 255]), headers }), CONTEXT);
    expect(record).toMatchObject({ topic: 'flight-delay.dead-letters.v1', partition: 4, key: Buffer.from([0, 255]) });
    expect(record.value).toEqual(Buffer.from('x'));
    expect(record.headers.slice(0, -1)).toEqual(headers);
    expect(letterOf(record)).toMatchObject({
      reason: 'not_json',
      message: 'Got text.',
      stage: 'ingestion',
      record: { topic: 'flight-delay.events.v1', partition: 4, offset: 17, appendedAt: '2024-01-01T00:00:00.000Z' },
      service: 'ingestion@1.2.3',
      deadAt: '2024-02-01T00:00:00.000Z',
    });
  });

  it('has the same id when the same record dies again in the same stage', () => {
    const first = letterOf(deadLetterRecord(aDeadRecord(), CONTEXT));
    const second = letterOf(deadLetterRecord(aDeadRecord(), CONTEXT));
    const other = letterOf(deadLetterRecord(aDeadRecord(), { ...CONTEXT, stage: 'results' }));
    expect(second.deadLetterId).toBe(first.deadLetterId);
    expect(other.deadLetterId).not.toBe(first.deadLetterId);
  });

  it('has another id when the record dies again after it was redriven', () => {
    const first = letterOf(deadLetterRecord(aDeadRecord(), CONTEXT));
    const again = letterOf(deadLetterRecord({ ...aDeadRecord(), redriveAttempt: 1 }, CONTEXT));
    expect(again.redriveAttempt).toBe(1);
    expect(again.deadLetterId).not.toBe(first.deadLetterId);
  });

  it('lists at most 50 violations and counts all of them', () => {
    const violations = Array.from({ length: 80 }, (_, index): Violation => ({
      pointer: `/${index}`,
      rule: 'type',
      message: 'no',
    }));
    const letter = letterOf(deadLetterRecord(aDeadRecord({}, { ...FACTS, violations }), CONTEXT));
    expect(letter.violations).toHaveLength(50);
    expect(letter.violationCount).toBe(80);
  });

  it('cuts what it says, and never the original, until the record fits into its topic', () => {
    const limit = deadLettersTopic.maxMessageBytes;
    const violations = Array.from({ length: 50 }, (): Violation => ({
      pointer: '/a',
      rule: 'r',
      message: 'm'.repeat(400),
    }));
    const facts: DeadFacts = { ...FACTS, message: 'M'.repeat(5_000), violations };
    for (const room of [60_000, 20_000, 5_000, 2_000]) {
      const value = Buffer.alloc(limit - room);
      const record = deadLetterRecord(aDeadRecord({ value }, facts), CONTEXT);
      expect(record.value).toBe(value);
      expect(recordSize(record) + BATCH_OVERHEAD_BYTES).toBeLessThanOrEqual(limit);
      expect(letterOf(record).violationCount).toBe(50);
    }
  });

  it.each(TOPICS.filter(({ scope }) => scope === 'pipeline').filter((topic) => topic !== deadLettersTopic))(
    'says all that there is to say of a record that fills the topic $kind',
    ({ maxMessageBytes }) => {
      const violations = Array.from({ length: 50 }, (): Violation => ({ pointer: '/a', rule: 'r', message: 'no' }));
      const empty = recordSize(aDeadRecord({ value: Buffer.alloc(maxMessageBytes / 2) }).record) - maxMessageBytes / 2;
      const value = Buffer.alloc(maxMessageBytes - BATCH_OVERHEAD_BYTES - empty);
      const record = deadLetterRecord(aDeadRecord({ value }, { ...FACTS, violations }), CONTEXT);
      expect(recordSize(record) + BATCH_OVERHEAD_BYTES).toBeLessThanOrEqual(deadLettersTopic.maxMessageBytes);
      expect(letterOf(record).violations).toHaveLength(50);
    },
  );

  it('says so when the original alone fills the topic', () => {
    const value = Buffer.alloc(deadLettersTopic.maxMessageBytes - 200);
    expect(() => deadLetterRecord(aDeadRecord({ value }), CONTEXT)).toThrow(
      /raised max\.message\.bytes of flight-delay\.events\.v1: set it back/,
    );
  });

  it('holds only text that a database can store, and only an identity that is one', () => {
    const facts: DeadFacts = { ...FACTS, message: 'a\0b\ud800', identity: { source: '', id: 'x'.repeat(600) } };
    const letter = letterOf(deadLetterRecord(aDeadRecord({}, facts), CONTEXT));
    expect(letter.message).toBe('a\ufffdb\ufffd');
    expect(letter.identity).toBeNull();
  });
});
