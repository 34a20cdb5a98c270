import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { startStack } from '@pitwall/stack';
import type { CommandContext } from '../commands/command.js';

/** Kafka and PostgreSQL to work with, while the services do not run. */
export interface Servers {
  readonly kafkaBrokers: readonly string[];
  /** Holds the password: never shown. */
  readonly databaseUrl: string;
  /** Stops what was started for this. */
  readonly close: () => Promise<void>;
}

/**
 * The servers that flags or variables name; otherwise those of the data folder, which are started on free ports for as long as
 * this takes: with the demo stopped they do not run.
 *
 * @throws CommandFailure `unreachable` where neither is there; PitwallError `already_running` while the demo runs
 */
export async function openServers({ settings, signal, output }: CommandContext): Promise<Servers> {
  const home = settings.dataFolder();
  if (settings.knownAddress('database') !== null || !existsSync(join(home, 'data'))) {
    const databaseUrl = settings.address('database');
    return { kafkaBrokers: settings.address('kafka').split(','), databaseUrl, close: async () => undefined };
  }
  output.note(`Starting Kafka and PostgreSQL on the data in ${home}…`);
  const stack = await startStack({ home, ports: 'free', signal });
  return { kafkaBrokers: stack.kafkaBrokers, databaseUrl: stack.databaseUrl, close: () => stack.stop() };
}
