import { parseTraceExport } from './otlp-json.js';
import { spanTree } from './span-tree.js';
import type { Span } from './span.js';
import { TraceStore } from './trace-store.js';

const aSpan = (span: Partial<Span>): Span => ({
  traceId: 'a'.repeat(32),
  spanId: '1'.repeat(16),
  parentSpanId: null,
  service: 'ingestion',
  name: 'process',
  kind: 5,
  startMs: 0,
  durationMs: 1,
  attributes: {},
  links: [],
  error: null,
  ...span,
});

describe('TraceStore', () => {
  it('keeps the newest traces and counts those that made room', () => {
    const store = new TraceStore({ maxTraces: 2, maxSpansPerTrace: 10 });
    store.add(['a', 'b', 'c'].map((id) => aSpan({ traceId: id.repeat(32) })));
    expect(store.trace('a'.repeat(32))).toBeNull();
    expect(store.trace('C'.repeat(32))).toHaveLength(1);
    expect(store.stats()).toEqual({ traces: 2, spans: 2, droppedTraces: 1, droppedSpans: 0 });
  });

  it('takes no more spans of a trace than its limit', () => {
    const store = new TraceStore({ maxTraces: 2, maxSpansPerTrace: 1 });
    store.add([aSpan({}), aSpan({ spanId: '2'.repeat(16) })]);
    expect(store.stats()).toEqual({ traces: 1, spans: 1, droppedTraces: 0, droppedSpans: 1 });
  });

  it('names the services of a trace', () => {
    const store = new TraceStore({ maxTraces: 2, maxSpansPerTrace: 9 });
    store.add([aSpan({}), aSpan({ service: 'results' })]);
    expect([...store.services('a'.repeat(32))]).toEqual(['ingestion', 'results']);
    expect(store.services('b'.repeat(32)).size).toBe(0);
  });
});

describe('spanTree', () => {
  it('hangs spans below their parents and makes a root of those whose parent is not there', () => {
    const tree = spanTree([
      aSpan({ spanId: 'c', parentSpanId: 'b', startMs: 3 }),
      aSpan({ spanId: 'b', parentSpanId: 'of-the-producer', startMs: 2 }),
      aSpan({ spanId: 'd', parentSpanId: 'b', startMs: 1 }),
    ]);
    expect(tree.map((node) => [node.span.spanId, node.children.map((child) => child.span.spanId)])).toEqual([
      ['b', ['d', 'c']],
    ]);
  });

  it('does not run in a circle of parents', () => {
    expect(spanTree([aSpan({ spanId: 'a', parentSpanId: 'b' }), aSpan({ spanId: 'b', parentSpanId: 'a' })])).toEqual(
      [],
    );
  });
});

describe('parseTraceExport', () => {
  it('reads ids, times, attributes, links and the error of a span', () => {
    const [span] = parseTraceExport({
      resourceSpans: [
        {
          resource: { attributes: [{ key: 'service.name', value: { stringValue: 'results' } }] },
          scopeSpans: [
            {
              spans: [
                {
                  traceId: 'A'.repeat(32),
                  spanId: 'b'.repeat(16),
                  parentSpanId: '',
                  name: 'process predictions',
                  kind: 5,
                  startTimeUnixNano: '1700000000123456789',
                  endTimeUnixNano: '1700000000125456789',
                  attributes: [
                    { key: 'messaging.kafka.offset', value: { intValue: '42' } },
                    { key: 'late', value: { boolValue: false } },
                    { key: 'list', value: { arrayValue: { values: [] } } },
                  ],
                  links: [{ traceId: 'x', spanId: 'y' }],
                  status: { code: 2, message: 'no disk' },
                },
              ],
            },
          ],
        },
      ],
    });
    expect(span).toEqual({
      traceId: 'a'.repeat(32),
      spanId: 'b'.repeat(16),
      parentSpanId: null,
      service: 'results',
      name: 'process predictions',
      kind: 5,
      startMs: 1_700_000_000_123.4568,
      durationMs: 2,
      attributes: { 'messaging.kafka.offset': 42, late: false, list: '{"arrayValue":{"values":[]}}' },
      links: [{ traceId: 'x', spanId: 'y' }],
      error: 'no disk',
    });
  });

  it('refuses what is no export', () => {
    expect(() => parseTraceExport([])).toThrow('resourceSpans');
  });

  it('leaves out a span without ids', () => {
    expect(parseTraceExport({ resourceSpans: [{ scopeSpans: [{ spans: [{ name: 'x' }] }] }] })).toEqual([]);
  });
});
