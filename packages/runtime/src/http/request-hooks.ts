import { context, type Context, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import {
  ATTR,
  histogram,
  type Logger,
  METRIC,
  newTraceContext,
  parseTraceparent,
  remoteContext,
  SCOPE,
  startRemoteSpan,
  type TraceContext,
} from '@pitwall/telemetry';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** The trace that a request belongs to: the caller's, or one of its own that is not sampled. */
export interface RequestTrace {
  readonly traceId: string;
  readonly span: Span | null;
  readonly active: Context;
}

const traces = new WeakMap<object, RequestTrace>();
const duration = histogram(METRIC.httpDuration);
const MILLISECONDS_PER_SECOND = 1_000;

/** The trace of a request, once the hooks have seen it. */
export function requestTraceOf(request: FastifyRequest): RequestTrace | undefined {
  return traces.get(request.raw);
}

/** Gives every request a trace, a request id in the answer, a measured duration and a line in the log at `debug`. */
export function installRequestHooks(fastify: FastifyInstance, logger: Logger): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    traces.set(request.raw, beginTrace(request));
    void reply.header('x-request-id', request.id);
    done();
  });
  // After the body was read: its events would lose the active context.
  fastify.addHook('preHandler', (request, _reply, done) => {
    context.with(requestTraceOf(request)?.active ?? context.active(), done);
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    finish(request, reply, logger);
    done();
  });
}

function beginTrace(request: FastifyRequest): RequestTrace {
  const parent = incoming(request.headers['traceparent']) ?? newTraceContext({ sampled: false });
  if (!parent.sampled) return { traceId: parent.traceId, span: null, active: remoteContext(parent) };
  const span = startRemoteSpan(trace.getTracer(SCOPE), parent, {
    name: `${request.method} ${routeOf(request)}`,
    kind: SpanKind.SERVER,
    attributes: {
      [ATTR.httpMethod]: request.method,
      [ATTR.httpRoute]: routeOf(request),
      [ATTR.urlPath]: request.url.split('?', 1)[0] ?? '',
      [ATTR.requestId]: request.id,
    },
  });
  return { traceId: parent.traceId, span, active: trace.setSpan(remoteContext(parent), span) };
}

function incoming(header: string | string[] | undefined): TraceContext | null {
  return typeof header === 'string' ? parseTraceparent(header) : null;
}

/** The pattern: paths would make a time series per event id. */
function routeOf(request: FastifyRequest): string {
  return request.routeOptions.url ?? 'unmatched';
}

function finish(request: FastifyRequest, reply: FastifyReply, logger: Logger): void {
  const { statusCode, elapsedTime } = reply;
  duration.record(elapsedTime / MILLISECONDS_PER_SECOND, {
    [ATTR.httpMethod]: request.method,
    [ATTR.httpRoute]: routeOf(request),
    [ATTR.httpStatus]: statusCode,
  });
  const requestTrace = requestTraceOf(request);
  const span = requestTrace?.span;
  span?.setAttribute(ATTR.httpStatus, statusCode);
  if (statusCode >= 500) span?.setStatus({ code: SpanStatusCode.ERROR });
  span?.end();
  logger.debug(
    {
      method: request.method,
      url: request.url,
      status: statusCode,
      duration_ms: Math.round(elapsedTime),
      request_id: request.id,
      trace_id: requestTrace?.traceId,
    },
    'request',
  );
}
