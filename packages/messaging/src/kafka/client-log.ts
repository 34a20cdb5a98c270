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

/** Said on every first use of a coordinator, and retried by the client itself. */
const EXPECTED =
  /coordinator is (?:loading|not available)|loading group|not the correct coordinator|rebalanc|no leader|leader(?:ship)? election/i;

/**
 * kafkajs' log in ours. What goes wrong for good is told by the state of a subscription or by a rejected send, so its errors
 * are warnings here, its chatter is `debug`, and what every start and every rebalance brings is `debug` as well.
 */
export function logCreatorFor(logger: ClientLogger) {
  return () =>
    ({ namespace, level, log }: LogEntry): void => {
      const { message, timestamp: _, logger: __, stack: ___, ...fields } = log;
      const detail = typeof fields['error'] === 'string' ? `${message} ${fields['error']}` : message;
      const isWarning = level <= WARN_LEVEL && !EXPECTED.test(detail);
      logger[isWarning ? 'warn' : 'debug']({ ...fields, part: `kafkajs ${namespace}` }, message);
    };
}
