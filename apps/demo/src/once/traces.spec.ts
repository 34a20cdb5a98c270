import type { OutcomeEvidence, ResultEvidence } from '@pitwall/oracle';
import { type HeldTraces, summarizeTraces } from './traces.js';

const aResult = (traceId: string, given: Partial<ResultEvidence> = {}) =>
  ({ traceId, isSampled: true, ...given }) as ResultEvidence;
const anOutcome = (traceId: string, decisionTraceId: string, given: Partial<OutcomeEvidence> = {}) =>
  ({ traceId, decisionTraceId, isSampled: true, ...given }) as OutcomeEvidence;
const UNSAMPLED = { isSampled: false };

/** Services and links of each trace. */
const SEEN: Readonly<Record<string, { readonly services: readonly string[]; readonly linkedTo?: string }>> = {
  whole: { services: ['ingestion', 'inference', 'results', 'monitoring'] },
  torn: { services: ['ingestion', 'results'] },
  label: { services: ['results', 'monitoring'], linkedTo: 'whole' },
  unlinked: { services: ['results', 'monitoring'] },
  unread: { services: ['results'], linkedTo: 'whole' },
};

const traces: HeldTraces = {
  services: (traceId) => new Set(SEEN[traceId]?.services),
  trace: (traceId) => {
    const to = SEEN[traceId]?.linkedTo;
    return [{ links: to === undefined ? [] : [{ traceId: to, spanId: 's' }] }] as unknown as ReturnType<
      HeldTraces['trace']
    >;
  },
};

describe('summarizeTraces', () => {
  it('counts the sampled decisions whose trace goes through all four services', () => {
    const results = new Map([
      ['1', aResult('whole')],
      ['2', aResult('torn')],
      ['3', aResult('whole', UNSAMPLED)],
    ]);
    const summary = summarizeTraces({ results, outcomes: new Map() }, traces);
    expect(summary).toMatchObject({ sampled: 2, complete: 1, share: 0.5 });
  });

  it('counts the sampled labels whose trace goes through results and monitoring and is linked to the decision', () => {
    const outcomes = new Map([
      ['1', anOutcome('label', 'whole')],
      ['2', anOutcome('unlinked', 'whole')],
      ['3', anOutcome('unread', 'whole')],
      ['4', anOutcome('label', 'torn')],
      ['5', anOutcome('label', 'whole', UNSAMPLED)],
    ]);
    expect(summarizeTraces({ results: new Map(), outcomes }, traces).labels).toEqual({
      sampled: 4,
      complete: 1,
      share: 0.25,
    });
  });

  it('leaves out labels that waited: their outcome is of the trace of the decision', () => {
    const outcomes = new Map([['1', anOutcome('whole', 'whole')]]);
    expect(summarizeTraces({ results: new Map(), outcomes }, traces).labels.sampled).toBe(0);
  });

  it('has no share where nothing was sampled', () => {
    const nothing = { sampled: 0, complete: 0, share: null };
    expect(summarizeTraces({ results: new Map(), outcomes: new Map() }, traces)).toEqual({
      ...nothing,
      labels: nothing,
    });
  });
});
