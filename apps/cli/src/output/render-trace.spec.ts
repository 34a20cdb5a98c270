import type { Span } from '@pitwall/otlp-receiver';
import { headline, renderTrace } from './render-trace.js';

const aSpan = (given: Partial<Span>): Span => ({
  traceId: 'a'.repeat(32),
  spanId: '1',
  parentSpanId: null,
  service: 'ingestion',
  name: 'process p.events.v1',
  kind: 5,
  startMs: 1_000,
  durationMs: 2,
  attributes: {},
  links: [],
  error: null,
  ...given,
});

const spans = [
  aSpan({ attributes: { 'messaging.kafka.offset': 4, 'other.attribute': 'x' } }),
  aSpan({ spanId: '2', parentSpanId: '1', name: 'send p.features.v1', startMs: 1_001, durationMs: 0.5 }),
  aSpan({ spanId: '3', parentSpanId: '2', service: 'inference', name: 'process p.features.v1', startMs: 1_005.25 }),
  aSpan({ spanId: '4', parentSpanId: '1', name: 'late child', startMs: 1_009, error: 'no disk' }),
];

describe('renderTrace', () => {
  it('draws the tree with begin, duration and what matters', () => {
    expect(renderTrace(spans)).toEqual([
      'ingestion  process p.events.v1              +0.0 ms     2.00 ms  offset=4',
      '├─ ingestion  send p.features.v1            +1.0 ms     0.50 ms',
      '│  └─ inference  process p.features.v1      +5.3 ms     2.00 ms',
      '└─ ingestion  late child                    +9.0 ms     2.00 ms  ERROR no disk',
    ]);
  });

  it('has a headline with services and the time from the first begin to the last end', () => {
    expect(headline('t', spans)).toBe('trace t: 4 spans in 2 services (ingestion, inference), 11.0 ms');
  });
});
