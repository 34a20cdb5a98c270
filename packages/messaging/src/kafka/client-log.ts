/** Where the client's own words go; pino fits. */
export interface ClientLogger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

interface LogEntry {
  readonly namespace: string;
  readonly level: number;
  readonly log: { readonly message: string; readonly [field: string]: unknown };
}

/** kafkajs' levels count down: errors are 1, warnings 2. */
const WARN_LEVEL = 2;

/** Said on every first use of a coordinator, and retried by the client itself; or said by the subscription as well. */
const EXPECTED =
  /coordinator is (?:loading|not available)|loading group|not the correct coordinator|rebalanc|no leader|leader(?:ship)? election|^Crash: |seed broker/i;

const REPEAT_AFTER_MS = 30_000;
const MAX_REMEMBERED = 100;

/** When each warning was last written, per log: every consumer and producer has a client of its own, and all say the same. */
const warnings = new WeakMap<ClientLogger, Map<string, number>>();

function isNews(logger: ClientLogger, message: string): boolean {
  const warnedAt = warnings.get(logger) ?? new Map<string, number>();
  warnings.set(logger, warnedAt);
  const now = performance.now();
  if (now - (warnedAt.get(message) ?? Number.NEGATIVE_INFINITY) < REPEAT_AFTER_MS) return false;
  if (warnedAt.size >= MAX_REMEMBERED) warnedAt.clear();
  warnedAt.set(message, now);
  return true;
}

/**
 * kafkajs' log in ours. What goes wrong for good is told by the state of a subscription or by a rejected send, so its errors
 * are warnings here, its chatter is `debug`, and what every start and every rebalance brings is `debug` as well. While the
 * brokers are away it says the same ten times a second: a warning is repeated after 30 s, in between it is `debug`.
 */
export function logCreatorFor(logger: ClientLogger) {
  return () =>
    ({ namespace, level, log }: LogEntry): void => {
      const { message, timestamp: _, logger: __, stack: ___, ...fields } = log;
      const detail = typeof fields['error'] === 'string' ? `${message} ${fields['error']}` : message;
      const isWarning = level <= WARN_LEVEL && !EXPECTED.test(detail) && isNews(logger, detail);
      logger[isWarning ? 'warn' : 'debug']({ ...fields, part: `kafkajs ${namespace}` }, message);
    };
}
