import fc from 'fast-check';
import { actionIdOf, contentDigest, deadLetterIdOf, derivedEventId, outcomeIdOf, resultIdOf } from './ids.js';
import { formatOrigin, parseOrigin, type Origin } from './origin.js';

const origin: Origin = {
  topic: 'flight-delay.events.v1',
  partition: 3,
  offset: 1042,
  appendedAt: 1_767_607_200_000,
  digest: contentDigest(null, Buffer.from('{}')),
};

describe('resultIdOf', () => {
  it('is a version 5 UUID that never changes', () => {
    expect(resultIdOf('flight-delay', { source: '/flight-delay', id: 'a' })).toBe(
      '0690c789-7ec0-53c0-8f73-cd696577d268',
    );
  });

  it('keeps apart what plain concatenation would mix up', () => {
    expect(resultIdOf('p', { source: 'a', id: 'b/c' })).not.toBe(resultIdOf('p', { source: 'a/b', id: 'c' }));
  });
});

describe('outcomeIdOf and actionIdOf', () => {
  const resultId = resultIdOf('p', { source: 'a', id: 'b' });
  const seen = { action: 'seen', at: 1, by: null };

  it('tell revisions and sources of a label apart', () => {
    const ids = [
      outcomeIdOf(resultId, { labelSource: 'a', revision: 0 }),
      outcomeIdOf(resultId, { labelSource: 'a', revision: 1 }),
      outcomeIdOf(resultId, { labelSource: 'b', revision: 0 }),
    ];
    expect(new Set(ids).size).toBe(3);
  });

  it('tell what was done, when and by whom apart, and are the same when it is told twice', () => {
    const others = [{ action: 'ignored' }, { at: 2 }, { by: 'null' }].map((other) =>
      actionIdOf(resultId, { ...seen, ...other }),
    );
    expect(new Set([...others, actionIdOf(resultId, seen), actionIdOf(resultId, { ...seen })]).size).toBe(4);
  });
});

describe('deadLetterIdOf', () => {
  it('is one id for a dead letter written twice, another for another stage or redrive', () => {
    const first = deadLetterIdOf('p', origin, { stage: 'ingestion', redriveAttempt: 0 });
    expect(deadLetterIdOf('p', { ...origin }, { stage: 'ingestion', redriveAttempt: 0 })).toBe(first);
    expect(deadLetterIdOf('p', origin, { stage: 'results', redriveAttempt: 0 })).not.toBe(first);
    expect(deadLetterIdOf('p', origin, { stage: 'ingestion', redriveAttempt: 1 })).not.toBe(first);
  });
});

describe('derivedEventId', () => {
  it('differs between clusters that repeat offsets', () => {
    expect(derivedEventId('one', origin)).not.toBe(derivedEventId('two', origin));
  });
});

describe('contentDigest', () => {
  it('tells null from empty, and key from value', () => {
    const digests = [
      contentDigest(null, null),
      contentDigest(Buffer.alloc(0), null),
      contentDigest(null, Buffer.alloc(0)),
      contentDigest(Buffer.from('a'), Buffer.from('b')),
      contentDigest(Buffer.from('ab'), Buffer.alloc(0)),
      contentDigest(Buffer.alloc(0), Buffer.from('ab')),
    ];
    expect(new Set(digests).size).toBe(digests.length);
  });

  it('is injective on framing for any split of the same bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.nat(), fc.nat(), (bytes, a, b) => {
        const [i, j] = [a % (bytes.length + 1), b % (bytes.length + 1)];
        const cut = (at: number): string =>
          contentDigest(Buffer.from(bytes.subarray(0, at)), Buffer.from(bytes.subarray(at)));
        expect(cut(i) === cut(j)).toBe(i === j);
      }),
    );
  });
});

describe('the origin header', () => {
  it('reads back what it wrote', () => {
    expect(parseOrigin(formatOrigin(origin))).toEqual(origin);
  });

  it.each(['', 'a b c', `${formatOrigin(origin)} `, formatOrigin(origin).toUpperCase()])(
    'refuses %j with a clear message',
    (text) => {
      expect(() => parseOrigin(text)).toThrow(
        /pitwall-origin is .* expected "topic partition offset appendedAt sha256"/,
      );
    },
  );
});
