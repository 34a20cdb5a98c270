import { contentDigest } from '@pitwall/contracts';
import type { RawEvidence, ResultEvidence } from '@pitwall/oracle';
import { Ledger } from './ledger.js';
import { measure, summarizeTraces } from './summary.js';

const aResult = (given: Partial<ResultEvidence>): ResultEvidence => ({
  identity: 'i',
  traceId: 'a',
  isSampled: true,
  latencyMs: 1,
  appendedAt: 0,
  digest: 'd',
  copies: 1,
  isTorn: false,
  ...given,
});

const digestOf = (text: string): string => contentDigest(null, Buffer.from(text));

describe('summarizeTraces', () => {
  const all = new Set(['ingestion', 'inference', 'results', 'monitoring']);

  it('counts the sampled decisions whose trace goes through all four services', () => {
    const results = new Map([
      ['1', aResult({ traceId: 'a' })],
      ['2', aResult({ traceId: 'b' })],
      ['3', aResult({ traceId: 'c', isSampled: false })],
    ]);
    const servicesOf = (traceId: string) => (traceId === 'b' ? new Set(['ingestion', 'results']) : all);
    expect(summarizeTraces(results, servicesOf)).toEqual({ sampled: 2, complete: 1, share: 0.5 });
  });

  it('has no share where nothing was sampled', () => {
    expect(summarizeTraces(new Map(), () => all)).toEqual({ sampled: 0, complete: 0, share: null });
  });
});

describe('measure', () => {
  it('takes the rate from the first append to the last end, and percentiles of the latency', () => {
    const raw = Array.from({ length: 100 }, (_, index): RawEvidence => ({
      position: `0:${index}`,
      identity: null,
      digest: '',
      appendedAt: 1_000 + index,
    }));
    const results = new Map(
      raw.map((_, index) => [String(index), aResult({ latencyMs: index + 1, appendedAt: 2_000 })]),
    );
    const deadLetters = new Map([['d', { position: '0:0', reason: 'not_json', appendedAt: 3_000 }]]);
    expect(measure({ raw, results, deadLetters })).toEqual({ eventsPerSecond: 50, p50Ms: 50, p99Ms: 99 });
  });

  it('is zero and null for nothing', () => {
    expect(measure({ raw: [], results: new Map(), deadLetters: new Map() })).toEqual({
      eventsPerSecond: 0,
      p50Ms: null,
      p99Ms: null,
    });
  });
});

describe('Ledger', () => {
  const planned = (kind: 'event' | 'duplicate' | 'poison', id: string) => ({ kind, draft: { id } }) as never;
  const content = (text: string) => ({ key: null, value: Buffer.from(text) });

  it('counts acknowledged records, identities and what is missing on the topic', () => {
    const ledger = new Ledger('p');
    ledger.add(planned('event', 'a'), content('a'));
    ledger.add(planned('duplicate', 'a'), content('a'));
    ledger.add(planned('poison', 'b'), content('b'));
    const digests = [...new Set(['a', 'b'].map((text) => digestOf(text)))];
    expect([ledger.records, ledger.unique]).toEqual([3, 1]);
    expect(ledger.missingFrom(digests)).toBe(1);
    expect(ledger.missingFrom([...digests, digestOf('a')])).toBe(0);
    expect([ledger.isPoison(digestOf('b')), ledger.isPoison(digestOf('a'))]).toEqual([true, false]);
  });
});
