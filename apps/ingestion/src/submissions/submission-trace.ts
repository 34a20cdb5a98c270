import { type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { eventsTopic } from '@pitwall/contracts';
import { requestTraceOf } from '@pitwall/runtime';
import {
  ATTR,
  formatTraceparent,
  newTraceContext,
  parseTraceparent,
  SCOPE,
  startRemoteSpan,
  traceparentOf,
} from '@pitwall/telemetry';

/** The trace of one request: all events of it belong to it. */
export interface SubmissionTrace {
  readonly traceId: string;
  /** What the events carry. */
  readonly traceparent: string;
  /** Ends the span, if there is one; with what went wrong, if anything did. */
  end(failure?: string): void;
}

type Request = Parameters<typeof requestTraceOf>[0];

/**
 * Begins the span `send <events topic>`: below the caller's trace where the request has one, else of a new trace, which is
 * sampled by the service's ratio.
 */
export function beginSubmission(request: Request, pipeline: string): SubmissionTrace {
  const header = request.headers['traceparent'];
  const incoming = typeof header === 'string' ? parseTraceparent(header) : null;
  const parent = incoming ?? newTraceContext();
  if (!parent.sampled) return { traceId: parent.traceId, traceparent: formatTraceparent(parent), end: () => undefined };
  const topic = eventsTopic.name(pipeline);
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
