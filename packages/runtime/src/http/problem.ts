import { STATUS_CODES } from 'node:http';
import { HttpException } from '@nestjs/common';
import { PitwallError, type Problem } from '@pitwall/contracts';

/** Media type of every error answer (RFC 9457). */
export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** One thing that is wrong with a request. */
export interface RequestViolation {
  /** JSON pointer (RFC 6901) into the body, or `/` and the name of the parameter. */
  readonly pointer: string;
  readonly message: string;
}

/** A request that does not have the form it must have; answered with 400 and every violation. */
export class InvalidRequestError extends PitwallError {
  constructor(readonly violations: readonly RequestViolation[]) {
    const [first] = violations;
    const rest = violations.length > 1 ? ` (and ${violations.length - 1} more)` : '';
    super(`The request is not valid: ${first?.pointer ?? ''} ${first?.message ?? 'no reason given'}${rest}.`, {
      code: 'invalid_request',
      details: { violations },
    });
  }
}

/** What a {@link ProblemError} says besides status and detail. */
export interface ProblemParts {
  /** Every violation, where the request was at fault. */
  readonly violations?: readonly RequestViolation[];
  /** Headers of the answer, e.g. `retry-after`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Further members of the problem (RFC 9457, section 3.2). */
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** An error answer that a handler decides on. */
export class ProblemError extends PitwallError {
  constructor(
    /** HTTP status, 400 to 599. */
    readonly status: number,
    detail: string,
    readonly parts: ProblemParts = {},
  ) {
    super(detail, { code: `http_${status}` });
  }
}

/** What a problem says besides what the error says. */
export interface ProblemPlace {
  readonly instance?: string;
  readonly traceId?: string;
}

/** A problem of the form that all services answer with. */
export function problemOf(status: number, detail: string, place: ProblemPlace = {}): Problem {
  return { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail, ...place };
}

/**
 * What is answered to an error. Of an error that is not meant for the caller nothing is told but the trace id, by which it is
 * found in the log.
 */
export function problemOfError(error: unknown, place: ProblemPlace): Problem {
  if (error instanceof InvalidRequestError) {
    return { ...problemOf(400, error.message, place), errors: [...error.violations] };
  }
  if (error instanceof ProblemError) {
    const { violations, extensions } = error.parts;
    const errors = violations === undefined ? {} : { errors: [...violations] };
    return { ...extensions, ...problemOf(error.status, error.message, place), ...errors };
  }
  if (error instanceof HttpException) return problemOf(error.getStatus(), detailOf(error), place);
  if (error instanceof PitwallError && error.retriable) {
    return problemOf(503, `The service cannot answer at the moment (${error.code}); try again.`, place);
  }
  const status = statusOfFramework(error);
  if (status !== null) return problemOf(status, (error as Error).message, place);
  return problemOf(500, 'Something went wrong here; the log has it under this trace id.', place);
}

/** Fastify's own refusals (body too large, not JSON, wrong media type) carry a `statusCode`. */
function statusOfFramework(error: unknown): number | null {
  if (!(error instanceof Error) || !('statusCode' in error) || typeof error.statusCode !== 'number') return null;
  return error.statusCode >= 400 && error.statusCode < 500 ? error.statusCode : null;
}

function detailOf(error: HttpException): string {
  const response = error.getResponse();
  const { message } = typeof response === 'string' ? { message: response } : (response as { message?: unknown });
  if (Array.isArray(message)) return message.join('; ');
  return typeof message === 'string' ? message : error.message;
}
