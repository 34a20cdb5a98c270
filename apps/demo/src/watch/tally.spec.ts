import { HEADER } from '@pitwall/contracts';
import type { Turn } from '@pitwall/flights';
import type { InboundRecord } from '@pitwall/messaging';
import { duplicatesIn, FollowedCounter } from './duplicates.js';
import { liveLine } from './live-line.js';
import { RecentValues } from './percentiles.js';
import { Tally } from './tally.js';

const uuid = (n: number): string => `00000000-0000-5000-8000-${String(n).padStart(12, '0')}`;

const aRecord = (given: Partial<InboundRecord>): InboundRecord => ({
  topic: 't',
  partition: 0,
  offset: 0,
  appendedAt: 0,
  key: null,
  value: null,
  headers: [],
  ...given,
});

const aResult = (n: number, { decision = 'proceed', late = false, latencyMs = 10 } = {}): InboundRecord =>
  aRecord({
    appendedAt: 1_000 + latencyMs,
    headers: [{ name: HEADER.origin, value: Buffer.from(`t.events.v1 0 ${n} 1000 ${'a'.repeat(64)}`) }],
    value: Buffer.from(
      JSON.stringify({
        resultId: uuid(n),
        pipeline: 'flight-delay',
        event: { source: '/f', id: String(n), time: '2013-04-01T00:00:00Z' },
        entity: 'N1',
        decision,
        score: 0.5,
        threshold: 0.3,
        policyVersion: '1',
        model: { name: 'm', version: '1', digest: 'a'.repeat(64) },
        fallback: null,
        expectedValue: null,
        late,
        traceId: 'b'.repeat(32),
        decidedAt: '2026-01-01T00:00:00Z',
      }),
    ),
  });

const aTurn = (atMs: number, events: Turn['events']): { readonly turn: Turn } => ({
  turn: { atMs, events, feedback: [], next: { flight: 0, label: 0 } },
});

const anOutcome = (n: number, revision: number, { correct, amount }: { correct: boolean; amount: number }) =>
  aRecord({
    value: Buffer.from(
      JSON.stringify({
        outcomeId: uuid(100 * n + revision),
        resultId: uuid(n),
        pipeline: 'flight-delay',
        event: { source: '/f', id: String(n), time: '2013-04-01T00:00:00Z' },
        entity: 'N1',
        decision: 'intervene',
        score: 0.5,
        threshold: 0.3,
        policyVersion: '1',
        model: { name: 'm', version: '1', digest: 'a'.repeat(64) },
        label: correct ? 'late' : 'on-time',
        positive: correct,
        labelSource: 'airport',
        revision,
        observedAt: '2013-04-01T05:00:00Z',
        labelDelayMs: 1,
        correct,
        value: { amount, currency: 'USD' },
        decisionTraceId: 'b'.repeat(32),
        joinedAt: '2026-01-01T00:00:00Z',
      }),
    ),
  });

const RIGHT = { correct: true, amount: 80 };
const WRONG = { correct: false, amount: -40 };

describe('Tally', () => {
  it('counts a result once, whatever copies there are', () => {
    const tally = new Tally('intervene', () => 0);
    tally.result(aResult(1, { decision: 'intervene', latencyMs: 5 }));
    tally.result(aResult(2, { late: true, latencyMs: 50 }));
    tally.result(aResult(1, { decision: 'intervene', latencyMs: 900 }));
    expect(tally.snapshot(null)).toMatchObject({
      decided: 2,
      p50Ms: 5,
      p99Ms: 50,
      actShare: 0.5,
      lateShare: 0.5,
    });
  });

  it('counts a dead letter that was written twice once', () => {
    const tally = new Tally('intervene', () => 0);
    const letter = aRecord({
      headers: [{ name: HEADER.deadLetter, value: Buffer.from(JSON.stringify({ deadLetterId: uuid(3) })) }],
    });
    tally.deadLetter(letter);
    tally.deadLetter(letter);
    expect(tally.snapshot(null).deadLettered).toBe(1);
  });

  it('counts each decision by the highest revision of its label, whatever order they come in', () => {
    const tally = new Tally('intervene', () => 0);
    expect(tally.snapshot(null)).toMatchObject({ labelled: 0, accuracy: null, value: 0 });
    for (const outcome of [anOutcome(1, 1, WRONG), anOutcome(2, 2, RIGHT), anOutcome(1, 2, RIGHT)])
      tally.outcome(outcome);
    for (const outcome of [anOutcome(2, 1, WRONG), anOutcome(3, 1, WRONG), anOutcome(3, 1, WRONG)])
      tally.outcome(outcome);
    expect(tally.snapshot(null)).toMatchObject({ labelled: 3, accuracy: 2 / 3, value: 120 });
  });

  it('gives the rate over the last seconds, and since the last look where looks are rare', () => {
    let now = 0;
    const tally = new Tally('intervene', () => now);
    const send = (count: number) =>
      tally.acknowledged([
        aTurn(
          7,
          Array.from({ length: count }, () => ({}) as never),
        ),
        aTurn(7, []),
      ]);
    send(30);
    now = 2_000;
    expect(tally.snapshot(null)).toMatchObject({ sent: 30, eventsPerSecond: 15, eventTimeMs: 7 });
    now = 3_000;
    expect(tally.snapshot(null).eventsPerSecond).toBe(10);
    send(50);
    now = 13_000;
    expect(tally.snapshot(null).eventsPerSecond).toBe(5);
    expect(tally.snapshot(99).eventTimeMs).toBe(99);
  });

  it('makes a line of it, also before anything has happened', () => {
    const tally = new Tally('intervene', () => 0);
    expect(liveLine(tally.snapshot(null), { act: 'intervene', currency: 'USD' })).toBe(
      'no event yet · sent 0 · decided 0 · duplicates 0 · dead letters 0 · labelled 0 · accuracy – · value 0 USD · intervene – · late – · 0 events/s · p50 – p99 –',
    );
  });
});

describe('RecentValues', () => {
  it('forgets what is older than its capacity', () => {
    const values = new RecentValues(2);
    for (const value of [100, 3, 1]) values.add(value);
    expect(values.percentiles([0.5, 1])).toEqual([1, 3]);
  });
});

describe('duplicates', () => {
  it('are summed from the metrics of the results service', () => {
    const text = [
      '# TYPE pitwall_decisions_total counter',
      'pitwall_decisions_total{pitwall_pipeline="a",pitwall_settlement="inserted"} 90',
      'pitwall_decisions_total{pitwall_pipeline="a",pitwall_settlement="duplicate"} 4',
      'pitwall_decisions_total{pitwall_pipeline="b",pitwall_settlement="duplicate"} 3 1700000000000',
    ].join('\n');
    expect(duplicatesIn(text)).toBe(7);
    expect(duplicatesIn('')).toBe(0);
  });

  it('go on being counted when the service is started again', () => {
    const counter = new FollowedCounter();
    for (const value of [3, 5, 0, 2]) counter.saw(value);
    expect(counter.total).toBe(7);
  });
});
