import { randomFillSync } from 'node:crypto';
import {
  type Context,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  type SpanOptions,
  trace,
  TraceFlags,
  type Tracer,
} from '@opentelemetry/api';

/** What a `traceparent` says (W3C Trace Context, level 1 and 2). */
export interface TraceContext {
  /** 32 lower-case hex digits, not all zero. */
  readonly traceId: string;
  /** 16 lower-case hex digits, not all zero. */
  readonly spanId: string;
  readonly sampled: boolean;
}

const LENGTH = 55;
const PATTERN = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:$|-)/;
const SAMPLED = 1;

/** Reads a `traceparent`. Null for anything that the recommendation calls invalid; a later version's extra fields are ignored. */
export function parseTraceparent(value: string | Buffer): TraceContext | null {
  if (value.length < LENGTH || value.length > 256) return null;
  const text = typeof value === 'string' ? value : value.toString('latin1');
  const match = PATTERN.exec(text);
  if (match === null || (text.length > LENGTH && text.startsWith('00'))) return null;
  const [, traceId = '', spanId = '', flags = ''] = match;
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & SAMPLED) === SAMPLED };
}

const ODD_HEX = '13579bdf';

/**
 * Whether a raw `traceparent` header has the sampled flag, decided by one byte. True says only that it is worth parsing;
 * false (also for null and for what is too short) that it is not.
 */
export function isMarkedSampled(header: Buffer | null | undefined): boolean {
  if (header === null || header === undefined || header.length < LENGTH) return false;
  return ODD_HEX.includes(String.fromCharCode(header[LENGTH - 1] ?? 0));
}

/** The `traceparent` (version 00) of a context. */
export function formatTraceparent(context: TraceContext): string {
  return `00-${context.traceId}-${context.spanId}-${context.sampled ? '01' : '00'}`;
}

/** The `traceparent` that makes what follows a child of this span. */
export function traceparentOf(span: Span): string {
  return formatTraceparent(traceContextOf(span.spanContext()));
}

/** A span's context in the form that travels. */
export function traceContextOf(context: SpanContext): TraceContext {
  return {
    traceId: context.traceId,
    spanId: context.spanId,
    sampled: (context.traceFlags & SAMPLED) === SAMPLED,
  };
}

let rootRatio = 1;

/** Share of new traces that are sampled, 0 to 1. Set when telemetry starts. */
export function setRootSampleRatio(ratio: number): void {
  rootRatio = ratio;
}

/** How a new trace begins. */
export interface NewTrace {
  /** Absent: decided by the ratio given to telemetry, from the trace id. */
  readonly sampled?: boolean;
}

const TRACE_ID_RANGE = 2 ** 32;

/**
 * A context for something that begins here and came without one.
 */
export function newTraceContext(options: NewTrace = {}): TraceContext {
  const traceId = randomHex(16);
  const share = Number.parseInt(traceId.slice(24), 16) / TRACE_ID_RANGE;
  return { traceId, spanId: randomHex(8), sampled: options.sampled ?? share < rootRatio };
}

/** {@link newTraceContext} as a header value. */
export function newTraceparent(options: NewTrace = {}): string {
  return formatTraceparent(newTraceContext(options));
}

/** An OpenTelemetry context in which the given one is the remote parent. */
export function remoteContext(parent: TraceContext): Context {
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId: parent.traceId,
    spanId: parent.spanId,
    traceFlags: parent.sampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
    isRemote: true,
  });
}

/** What a span is made of besides its parent. */
export interface RemoteSpan extends SpanOptions {
  readonly name: string;
}

/** Starts a span as a child of a context that came from elsewhere. The caller ends it. */
export function startRemoteSpan(tracer: Tracer, parent: TraceContext, span: RemoteSpan): Span {
  return tracer.startSpan(span.name, span, remoteContext(parent));
}

// Random bytes are fetched by the page: one system call for hundreds of ids.
const pool = Buffer.alloc(4096);
let used = pool.length;

function randomHex(bytes: number): string {
  for (;;) {
    if (used + bytes > pool.length) {
      randomFillSync(pool);
      used = 0;
    }
    used += bytes;
    const text = pool.toString('hex', used - bytes, used);
    // All zero means "none" and is forbidden as an id.
    if (!/^0+$/.test(text)) return text;
  }
}
