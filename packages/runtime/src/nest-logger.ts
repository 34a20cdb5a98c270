import type { LoggerService } from '@nestjs/common';
import type { Logger } from '@pitwall/telemetry';

/** Brings what Nest says of itself into our log. Its start-up lines, one per route and module, are `debug`. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...details: readonly unknown[]): void {
    this.logger.debug(fieldsOf(details), textOf(message));
  }

  error(message: unknown, ...details: readonly unknown[]): void {
    if (message instanceof Error) this.logger.error({ err: message, ...fieldsOf(details) }, message.message);
    else this.logger.error(fieldsOf(details), textOf(message));
  }

  warn(message: unknown, ...details: readonly unknown[]): void {
    this.logger.warn(fieldsOf(details), textOf(message));
  }

  debug(message: unknown, ...details: readonly unknown[]): void {
    this.logger.debug(fieldsOf(details), textOf(message));
  }

  verbose(message: unknown, ...details: readonly unknown[]): void {
    this.logger.trace(fieldsOf(details), textOf(message));
  }

  fatal(message: unknown, ...details: readonly unknown[]): void {
    this.logger.fatal(fieldsOf(details), textOf(message));
  }
}

/** Nest appends the context (a class name), and before it a stack for errors. */
function fieldsOf(details: readonly unknown[]): Record<string, unknown> {
  const context = details.at(-1);
  const rest = details.slice(0, -1);
  return {
    ...(typeof context === 'string' ? { context } : {}),
    ...(rest.length > 0 ? { details: rest } : {}),
  };
}

function textOf(message: unknown): string {
  return typeof message === 'string' ? message : JSON.stringify(message);
}
