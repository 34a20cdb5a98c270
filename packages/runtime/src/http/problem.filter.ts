import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { Logger } from '@pitwall/telemetry';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PROBLEM_TYPE, ProblemError, problemOfError } from './problem.js';
import { requestTraceOf } from './request-hooks.js';

@Catch()
/** Answers every error as problem+json, and logs those that are ours: once, here, where they stop. */
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const trace = requestTraceOf(request);
    const problem = problemOfError(error, {
      instance: request.url,
      ...(trace === undefined ? {} : { traceId: trace.traceId }),
    });
    if (problem.status >= 500) {
      const fields = { err: error, trace_id: trace?.traceId, request_id: request.id };
      this.logger.error(fields, `${request.method} ${request.url} failed`);
    }
    if (reply.sent) return;
    if (error instanceof ProblemError) void reply.headers(error.parts.headers ?? {});
    void reply.status(problem.status).header('content-type', PROBLEM_TYPE).send(JSON.stringify(problem));
  }
}
