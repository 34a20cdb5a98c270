import { aRecord, type Header, inputAppendedAtHeader, messageOf, textHeader } from '@pitwall/messaging';
import {
  countLatencies,
  type Latencies,
  latenciesOfOutcome,
  latenciesOfPrediction,
  latenciesOfResult,
} from './latencies.js';
import { noCounts } from './window-counts.js';

const RAW_AT = 1_000;
const ORIGIN = textHeader('pitwall-origin', `flights.events.v1 0 0 ${RAW_AT} ${'d'.repeat(64)}`);

const message = (appendedAt: number, ...headers: readonly Header[]) =>
  messageOf(aRecord({ topic: 'flights.results.v1', appendedAt, headers: [ORIGIN, ...headers] }));

describe('the latencies that a record tells', () => {
  const input = inputAppendedAtHeader(1_010);

  it.each<[string, typeof latenciesOfResult, Latencies]>([
    ['a prediction: both hops before it', latenciesOfPrediction, { features: 10, predictions: 25 }],
    ['a result: its hop, and the whole way', latenciesOfResult, { results: 25, event: 35 }],
    ['an outcome: its hop', latenciesOfOutcome, { outcomes: 25 }],
  ])('%s', (_, latenciesOf, expected) => {
    expect(latenciesOf(message(1_035, input))).toEqual(expected);
  });

  it.each<[string, typeof latenciesOfResult, Latencies]>([
    ['a prediction', latenciesOfPrediction, {}],
    ['a result', latenciesOfResult, { event: 35 }],
    ['an outcome', latenciesOfOutcome, {}],
  ])('%s that does not say when its input was appended leaves the hop out', (_, latenciesOf, expected) => {
    expect(latenciesOf(message(1_035))).toEqual(expected);
    expect(latenciesOf(message(1_035, textHeader('pitwall-input-appended-at', 'soon')))).toEqual(expected);
  });

  it('are counted each for itself', () => {
    const counts = noCounts();
    countLatencies(counts, { event: 1, results: 1 });
    countLatencies(counts, { results: 1 });
    expect(counts.latencyMs).toEqual({ 0: 1 });
    expect(counts.hopLatencyMs).toEqual({ features: {}, predictions: {}, results: { 0: 2 }, outcomes: {} });
  });
});
