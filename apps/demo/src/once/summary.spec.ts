import type { RawEvidence, ResultEvidence, TopicEvidence } from '@pitwall/oracle';
import { breachesOf, type Judged, measure, traceSummaries, worthOf } from './summary.js';

const NOTHING: TopicEvidence = {
  raw: [],
  redriven: new Set(),
  results: new Map(),
  deadLetters: new Map(),
  feedback: [],
  outcomes: new Map(),
  feedbackDeadLetters: new Map(),
};

const aResult = (latencyMs: number, appendedAt: number): ResultEvidence => ({
  identity: 'i',
  entity: 'e',
  origin: '0:0',
  decision: 'proceed',
  model: 'm@1',
  isLate: false,
  traceId: 'a',
  isSampled: true,
  latencyMs,
  appendedAt,
  digest: 'd',
  copies: 1,
  isTorn: false,
});

const aLetter = (appendedAt: number) => ({ position: '0:0', stage: 'ingestion', reason: 'not_json', appendedAt });

describe('traceSummaries', () => {
  it('counts whole traces, and has no share where nothing was sampled', () => {
    const verdict = { decisions: { sampled: 4, broken: ['t'] }, labels: { sampled: 0, broken: [] }, dropped: 0 };
    expect(traceSummaries(verdict)).toEqual({
      sampled: 4,
      complete: 3,
      share: 0.75,
      labels: { sampled: 0, complete: 0, share: null },
    });
  });
});

describe('measure', () => {
  const raw = Array.from({ length: 100 }, (_, index): RawEvidence => ({
    position: `0:${index}`,
    identity: null,
    digest: '',
    appendedAt: 1_000 + index,
    eventTimeMs: null,
    produced: null,
  }));
  const results = new Map(raw.map((_, index) => [String(index), aResult(index + 1, 2_000)]));
  const deadLetters = new Map([['d', aLetter(3_000)]]);

  it('takes the rate from the first append to the last end, and percentiles of the latency', () => {
    expect(measure({ ...NOTHING, raw, results, deadLetters })).toEqual({
      eventsPerSecond: 50,
      recordsPerSecond: 50,
      p50Ms: 50,
      p99Ms: 99,
    });
  });

  it('counts labels among the records, up to the last of what came of them', () => {
    const feedback = [1, 2].map((offset) => ({ position: `0:${offset}`, digest: '', appendedAt: 1_500, label: null }));
    const feedbackDeadLetters = new Map([['f', aLetter(5_080)]]);
    const measured = measure({ ...NOTHING, raw, results, deadLetters, feedback, feedbackDeadLetters });
    expect(measured).toMatchObject({ eventsPerSecond: 50, recordsPerSecond: 25 });
  });

  it('is zero and null for nothing', () => {
    expect(measure(NOTHING)).toEqual({ eventsPerSecond: 0, recordsPerSecond: 0, p50Ms: null, p99Ms: null });
  });
});

describe('worthOf', () => {
  it('is the share of right decisions among the labelled ones, and null where there are none', () => {
    expect(worthOf({ decisions: 9, labelled: 4, correct: 3, value: 200 })).toEqual({
      labelled: 4,
      accuracy: 0.75,
      value: 200,
    });
    expect(worthOf({ decisions: 9, labelled: 0, correct: 0, value: 0 }).accuracy).toBeNull();
  });
});

describe('breachesOf', () => {
  const judged = {
    events: { breaches: { endedTwice: 1 } },
    labels: { breaches: { outcomesWrong: 2 } },
    lateness: { late: 9, lateWrongly: 3, lateMissed: 4 },
    windowsDiffer: 5,
    hasIngestionEnded: false,
  } as unknown as Judged;

  it('puts all that is broken into one record', () => {
    const breaches = { endedTwice: 1, outcomesWrong: 2, lateWrongly: 3, lateMissed: 4, windowsDiffer: 5 };
    expect(breachesOf(judged)).toEqual(breaches);
  });

  it('forgives late events that were missed where ingestion was started again, and no others', () => {
    expect(breachesOf({ ...judged, hasIngestionEnded: true })).toMatchObject({ lateWrongly: 3, lateMissed: 0 });
  });
});
