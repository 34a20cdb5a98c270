import { type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import {
  ATTR,
  formatTraceparent,
  newTraceContext,
  parseTraceparent,
  SCOPE,
  startRemoteSpan,
  traceparentOf,
} from '@pitwall/telemetry';
import { requestTraceOf } from '../http/request-hooks.js';

/** The trace of one request that publishes: all records of it belong to it. */
export interface SendTrace {
  readonly traceId: string;
  /** What the records carry. */
  readonly traceparent: string;
  /** Ends the span, if there is one; with what went wrong, if anything did. */
  end(failure?: string): void;
}

type Request = Parameters<typeof requestTraceOf>[0];

/**
 * Begins the span `send <topic>`: below the caller's trace where the request has one, else of a new trace, which is
 * sampled by the service's ratio.
 */
export function beginSend(
  request: Request,
  { topic, pipeline }: { readonly topic: string; readonly pipeline: string },
): SendTrace {
  const header = request.headers['traceparent'];
  const incoming = typeof header === 'string' ? parseTraceparent(header) : null;
  const parent = incoming ?? newTraceContext();
  if (!parent.sampled) return { traceId: parent.traceId, traceparent: formatTraceparent(parent), end: () => undefined };
  const options = {
    kind: SpanKind.PRODUCER,
    attributes: {
      [ATTR.messagingSystem]: 'kafka',
      [ATTR.operationName]: 'send',
      [ATTR.operationType]: 'send',
      [ATTR.topic]: topic,
      [ATTR.pipeline]: pipeline,
    },
  };
  const tracer = trace.getTracer(SCOPE);
  const server = requestTraceOf(request)?.span ?? null;
  const above = server === null ? null : { ...parent, spanId: server.spanContext().spanId };
  const span =
    above === null || incoming === null
      ? tracer.startSpan(`send ${topic}`, { ...options, root: true })
      : startRemoteSpan(tracer, above, { name: `send ${topic}`, ...options });
  return {
    traceId: span.spanContext().traceId,
    traceparent: traceparentOf(span),
    end: (failure) => finish(span, failure),
  };
}

function finish(span: Span, failure: string | undefined): void {
  if (failure !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: failure });
  span.end();
}
