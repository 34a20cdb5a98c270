/** What every error of Pitwall carries besides its message. */
export interface PitwallErrorOptions {
  /** Stable machine-readable code in snake_case, e.g. `port_taken`. */
  readonly code: string;
  /** True when the same call may succeed later without anybody changing anything. */
  readonly retriable?: boolean;
  /** Facts for the log: plain values only. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/**
 * A broken promise: something that was expected to hold did not. Expected outcomes are returned as unions instead.
 * The message says what was got, what was expected and what to do.
 */
export class PitwallError extends Error {
  readonly code: string;
  readonly retriable: boolean;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(message: string, options: PitwallErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'PitwallError';
    this.code = options.code;
    this.retriable = options.retriable ?? false;
    this.details = options.details ?? {};
  }
}
