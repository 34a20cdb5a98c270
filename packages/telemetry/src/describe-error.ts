/// <reference lib="esnext.error" />
/** An error as it stands in the log. */
export interface DescribedError {
  readonly type: string;
  readonly message: string;
  /** Code of a `PitwallError`, SQLSTATE, or system error code. */
  readonly code?: string;
  readonly retriable?: boolean;
  readonly details?: unknown;
  readonly stack?: string;
  readonly cause?: DescribedError;
  /** The parts of an `AggregateError`. */
  readonly errors?: readonly DescribedError[];
}

const MAX_CAUSES = 8;

/**
 * Everything of an error that helps to find it: class, code, message, details, stack, and the chain of causes (at most 8).
 * Of an unknown error class only these fields are read, so that a driver's connection object with its password stays out.
 * What is no error at all (`throw 'text'`) is described as one.
 */
export function describeError(error: unknown): DescribedError {
  return describe(error, 0);
}

function describe(error: unknown, depth: number): DescribedError {
  // Not `instanceof`: an error may come from another realm, a worker or a test sandbox.
  if (!Error.isError(error)) return { type: typeof error, message: textOf(error) };
  const fields: { code?: unknown; retriable?: unknown; details?: unknown; errors?: unknown } = { ...pick(error) };
  return {
    type: error.name,
    message: error.message,
    ...(typeof fields.code === 'string' ? { code: fields.code } : {}),
    ...(typeof fields.retriable === 'boolean' ? { retriable: fields.retriable } : {}),
    ...(isFilled(fields.details) ? { details: fields.details } : {}),
    ...(error.stack === undefined ? {} : { stack: error.stack }),
    ...(error.cause === undefined || depth >= MAX_CAUSES ? {} : { cause: describe(error.cause, depth + 1) }),
    ...(Array.isArray(fields.errors) && depth < MAX_CAUSES
      ? { errors: fields.errors.slice(0, MAX_CAUSES).map((part) => describe(part, depth + 1)) }
      : {}),
  };
}

function pick(error: Error): object {
  const { code, retriable, details, errors } = error as Error &
    Record<'code' | 'retriable' | 'details' | 'errors', unknown>;
  // node-pg puts PostgreSQL's DETAIL in `detail`; ours are in `details`.
  return { code, retriable, details, errors };
}

function isFilled(details: unknown): boolean {
  return typeof details === 'object' && details !== null && Object.keys(details).length > 0;
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
}
