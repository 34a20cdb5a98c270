import { trace } from '@opentelemetry/api';
import { type Logger as PinoLogger, pino } from 'pino';
import { describeError } from './describe-error.js';

/**
 * JSON lines on stdout, one per event: `time`, `level`, `service`, `msg`, and `trace_id` and `span_id` of the active span.
 * Fields given by the caller win over those of the active span. An error goes under `err`.
 */
export type Logger = PinoLogger;

/** The levels, least important first; `silent` writes nothing. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** Lines below this level are not written. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Who logs, and from which level on. */
export interface LoggerOptions {
  readonly service: string;
  readonly level: LogLevel;
  /** Where lines go, for tests; standard output otherwise. */
  readonly destination?: { write(line: string): void };
}

/** Makes the one logger of a process. Lines are written before the call returns, so that none is lost when the process ends. */
export function createLogger(options: LoggerOptions): Logger {
  return pino(
    {
      level: options.level,
      base: { service: options.service },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      mixin: activeTrace,
      serializers: { err: describeError, error: describeError },
    },
    options.destination ?? standardOutput(),
  );
}

function standardOutput(): ReturnType<typeof pino.destination> {
  const output = pino.destination({ dest: 1, sync: true });
  // Whoever read our output is gone: that is no reason to stop working.
  output.on('error', () => undefined);
  return output;
}

function activeTrace(): object {
  const span = trace.getActiveSpan();
  if (span === undefined) return {};
  const { traceId, spanId } = span.spanContext();
  return { trace_id: traceId, span_id: spanId };
}
