import type { RawEvidence, ResultEvidence } from './evidence.js';
import { judgeTraces, type SeenSpan, type SeenTraces } from './judge-traces.js';
import type { OutcomeEvidence } from './label-evidence.js';

type Given = Parameters<typeof judgeTraces>[0];

const aSpan = (service: string, spanId: string, parentSpanId: string | null): SeenSpan => ({
  spanId,
  parentSpanId,
  service,
  links: [],
});

const WHOLE = [
  aSpan('ingestion', '1', null),
  aSpan('inference', '2', '1'),
  aSpan('results', '3', '2'),
  aSpan('monitoring', '4', '2'),
  aSpan('monitoring', '5', '3'),
];
const below = (parent: string | null): readonly SeenSpan[] =>
  WHOLE.map((span) => (span.parentSpanId === null ? { ...span, parentSpanId: parent } : span));

const seen = (spans: readonly SeenSpan[], dropped = 0): SeenTraces => ({
  trace: (traceId) => (traceId === 't' && spans.length > 0 ? spans : null),
  stats: () => ({ droppedTraces: 0, droppedSpans: dropped }),
});

/** A decision in the trace `t`, by a record that came with this span of its producer. */
const decided = (producer: string | null = null, given: Partial<ResultEvidence> = {}): Given => ({
  raw: [
    {
      position: '0:0',
      produced: producer === null ? null : { traceId: 't', spanId: producer, isSampled: true },
    } as RawEvidence,
  ],
  results: new Map([['r', { origin: '0:0', traceId: 't', isSampled: true, ...given } as ResultEvidence]]),
  outcomes: new Map(),
});

const brokenDecisions = (given: Given, spans: readonly SeenSpan[]): readonly string[] =>
  judgeTraces(given, seen(spans)).decisions.broken;

describe('the trace of a sampled decision', () => {
  it('is whole where it leads through all services and hangs together', () => {
    expect(judgeTraces(decided(), seen(WHOLE))).toEqual({
      decisions: { sampled: 1, broken: [] },
      labels: { sampled: 0, broken: [] },
      dropped: 0,
    });
  });

  it('hangs below the span of the producer that sent one, also where a record was handed over twice', () => {
    expect(brokenDecisions(decided('p'), below('p'))).toEqual([]);
    expect(brokenDecisions(decided('p'), [...below('p'), aSpan('ingestion', '9', 'p')])).toEqual([]);
  });

  it('may go on above, where the producer exports its spans, too', () => {
    const spans = [aSpan('ingestion', 'p', 'client'), ...below('p')];
    expect(brokenDecisions(decided('p'), spans)).toEqual([]);
    expect(brokenDecisions(decided('p'), [...spans, aSpan('results', '9', 'lost')])).toHaveLength(1);
  });

  it('is not asked for where it was not sampled', () => {
    expect(judgeTraces(decided(null, { isSampled: false }), seen([])).decisions).toEqual({ sampled: 0, broken: [] });
  });

  it.each<readonly [string, Given, readonly SeenSpan[], string]>([
    ['without a span', decided(), [], 'no span of ingestion, inference, results, monitoring'],
    ['that ends early', decided(), WHOLE.slice(0, 3), 'no span of monitoring'],
    ['that lacks a service in its middle', decided(), WHOLE.toSpliced(1, 1), 'no span of inference'],
    [
      'with a span of which the parent was lost',
      decided(),
      [...WHOLE, aSpan('results', '9', '8')],
      'results is below 8',
    ],
    ['that begins twice', decided(), [...WHOLE, aSpan('ingestion', '9', null)], 'ingestion is below nothing'],
    ['that is not below the producer', decided('p'), WHOLE, 'ingestion is below nothing'],
    ['that is below a producer of another', decided(), below('p'), 'ingestion is below p'],
    ['that is a circle', decided(), below('5'), 'no beginning'],
  ])('is broken %s', (_, given, spans, why) => {
    expect(brokenDecisions(given, spans)).toEqual([expect.stringContaining(why)]);
  });
});

describe('the trace of a sampled label', () => {
  const label = (given: Partial<OutcomeEvidence> = {}): Given => ({
    raw: [],
    results: new Map(),
    outcomes: new Map([['o', { traceId: 't', decisionTraceId: 'd', isSampled: true, ...given } as OutcomeEvidence]]),
  });
  const linked = { ...aSpan('results', '1', null), links: [{ traceId: 'd' }] };
  const read = aSpan('monitoring', '2', '1');

  it('leads through results and monitoring and is linked to that of the decision', () => {
    expect(judgeTraces(label(), seen([linked, read])).labels).toEqual({ sampled: 1, broken: [] });
  });

  it('is none of its own where the label waited, or was not sampled', () => {
    expect(judgeTraces(label({ decisionTraceId: 't' }), seen([])).labels.sampled).toBe(0);
    expect(judgeTraces(label({ isSampled: false }), seen([])).labels.sampled).toBe(0);
  });

  it.each([
    ['is linked to nothing', [{ ...linked, links: [] }, read], 'not linked to d'],
    ['is read by nobody', [linked], 'no span of monitoring'],
    ['is torn', [linked, { ...read, parentSpanId: '7' }], 'monitoring is below 7'],
  ])('is broken where it %s', (_, spans, why) => {
    expect(judgeTraces(label(), seen(spans)).labels.broken).toEqual([expect.stringContaining(why)]);
  });
});

it('says what came and was not kept', () => {
  expect(judgeTraces(decided(), seen(WHOLE, 3)).dropped).toBe(3);
});
