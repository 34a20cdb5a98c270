import { trace } from '@opentelemetry/api';
import fc from 'fast-check';
import {
  formatTraceparent,
  isMarkedSampled,
  newTraceContext,
  newTraceparent,
  parseTraceparent,
  remoteContext,
  setRootSampleRatio,
  type TraceContext,
} from './traceparent.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const SPAN_ID = 'b7ad6b7169203331';

const hex = (length: number): fc.Arbitrary<string> =>
  fc
    .string({ unit: fc.constantFrom(...Array.from('0123456789abcdef')), minLength: length, maxLength: length })
    .filter((text) => !/^0+$/.test(text));

const contexts: fc.Arbitrary<TraceContext> = fc.record({ traceId: hex(32), spanId: hex(16), sampled: fc.boolean() });

describe('parseTraceparent', () => {
  it('reads back what formatTraceparent writes, as text and as bytes', () => {
    fc.assert(
      fc.property(contexts, (context) => {
        const text = formatTraceparent(context);
        expect(parseTraceparent(text)).toEqual(context);
        expect(parseTraceparent(Buffer.from(text))).toEqual(context);
        expect(isMarkedSampled(Buffer.from(text))).toBe(context.sampled);
      }),
    );
  });

  it.each([
    ['other flags beside sampled', `00-${TRACE_ID}-${SPAN_ID}-03`, true],
    ['other flags without sampled', `00-${TRACE_ID}-${SPAN_ID}-02`, false],
    ['a later version', `cc-${TRACE_ID}-${SPAN_ID}-01`, true],
    ['a later version with more fields', `cc-${TRACE_ID}-${SPAN_ID}-01-what-the-future-brings`, true],
  ])('reads %s', (_case, text, sampled) => {
    expect(parseTraceparent(text)).toEqual({ traceId: TRACE_ID, spanId: SPAN_ID, sampled });
  });

  it.each([
    ['nothing', ''],
    ['upper case', `00-${TRACE_ID.toUpperCase()}-${SPAN_ID}-01`],
    ['a trace id of zeros', `00-${'0'.repeat(32)}-${SPAN_ID}-01`],
    ['a span id of zeros', `00-${TRACE_ID}-${'0'.repeat(16)}-01`],
    ['the forbidden version', `ff-${TRACE_ID}-${SPAN_ID}-01`],
    ['more fields in version 00', `00-${TRACE_ID}-${SPAN_ID}-01-more`],
    ['a later version that goes on without a dash', `cc-${TRACE_ID}-${SPAN_ID}-01more`],
    ['a blank before it', ` 00-${TRACE_ID}-${SPAN_ID}-01`],
    ['a short one', `00-${TRACE_ID}-${SPAN_ID}-1`],
  ])('refuses %s', (_case, text) => {
    expect(parseTraceparent(text)).toBeNull();
  });

  it('never throws and never reads noise', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => parseTraceparent(Buffer.from(bytes)) === null));
  });
});

describe('isMarkedSampled', () => {
  it.each([null, undefined, Buffer.alloc(0), Buffer.from(`00-${TRACE_ID}-${SPAN_ID}-00`)])(
    'is false for %p',
    (header) => {
      expect(isMarkedSampled(header)).toBe(false);
    },
  );
});

describe('newTraceContext', () => {
  afterEach(() => {
    setRootSampleRatio(1);
  });

  it('makes a context that others can read, another one each time', () => {
    const made = Array.from({ length: 1_000 }, () => newTraceparent());
    expect(new Set(made).size).toBe(1_000);
    for (const text of made) expect(parseTraceparent(text)?.sampled).toBe(true);
  });

  it('samples the share that it is told to', () => {
    setRootSampleRatio(0.25);
    const sampled = Array.from({ length: 4_000 }, () => newTraceContext()).filter((context) => context.sampled).length;
    // Five standard deviations (27 each) around 1,000.
    expect(sampled).toBeGreaterThan(863);
    expect(sampled).toBeLessThan(1_137);
  });

  it.each([
    [0, false],
    [1, true],
  ])('samples by a ratio of %d: %p', (ratio, expected) => {
    setRootSampleRatio(ratio);
    const decisions = new Set(Array.from({ length: 100 }, () => newTraceContext().sampled));
    expect([...decisions]).toEqual([expected]);
  });

  it.each([true, false])('takes a decision that is given: %p', (sampled) => {
    setRootSampleRatio(0.5);
    expect(newTraceContext({ sampled }).sampled).toBe(sampled);
  });
});

describe('remoteContext', () => {
  it('makes a remote parent', () => {
    const context = remoteContext({ traceId: TRACE_ID, spanId: SPAN_ID, sampled: true });
    expect(trace.getSpanContext(context)).toEqual({
      traceId: TRACE_ID,
      spanId: SPAN_ID,
      traceFlags: 1,
      isRemote: true,
    });
  });
});
