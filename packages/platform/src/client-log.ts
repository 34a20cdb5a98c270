import { appendFileSync } from 'node:fs';
import type { ClientLogger } from '@pitwall/messaging';

/** The words of a Kafka client whose process has the screen for something else: warnings and errors as JSON lines in a file. */
export function clientLog(file: string): ClientLogger {
  const write =
    (level: string) =>
    (fields: object, message: string): void =>
      appendFileSync(file, `${JSON.stringify({ level, time: new Date().toISOString(), ...fields, msg: message })}\n`);
  const drop = (): void => undefined;
  return { debug: drop, info: drop, warn: write('warn'), error: write('error') };
}
