import { parseArgs } from 'node:util';
import { PitwallError, type RecoveryReport } from '@pitwall/contracts';
import type { z } from 'zod';
import type { BaseConfig, DatabaseConfig, ServiceConfigSchema } from '../config/base-config.js';
import { readConfig } from '../config/read-config.js';
import { messageOf } from '../error-facts.js';
import type { RecoverySpec } from './recovery.js';
import { reportText } from './report-text.js';

const EXIT = { ok: 0, failed: 1, usage: 2, unreachable: 5 } as const;

const OPTIONS = {
  apply: { type: 'boolean', default: false },
  'accept-gaps': { type: 'boolean', default: false },
  migrate: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/**
 * All of a service's `recover/main.ts`: a program for the time after PostgreSQL was restored to an earlier time, while the
 * service is stopped. It says what is to be done and changes nothing, unless it is given `--apply`. Takes the environment of
 * the service. The process ends with 0 when nothing stands against it, 1 when something does, 2 for wrong arguments, 5 when
 * Kafka or PostgreSQL does not answer.
 */
export async function runRecovery<Schema extends ServiceConfigSchema>(spec: RecoverySpec<Schema>): Promise<void> {
  const given = argumentsOf(process.argv.slice(2));
  if (typeof given === 'string') return end(EXIT.usage, `pitwall ${spec.name} recover: ${given}\n${usage(spec.name)}`);
  if (given.help) return void process.stdout.write(`${usage(spec.name)}\n`);
  const config = configOf(spec);
  if (config === null) return;
  try {
    const report = await run(spec, config, given);
    process.stdout.write(given.json ? `${JSON.stringify(report)}\n` : reportText(report));
    process.exitCode = report.problems.length === 0 ? EXIT.ok : EXIT.failed;
  } catch (error) {
    const isRetriable = error instanceof PitwallError && error.retriable;
    const advice = isSchemaBehind(error) ? ` ${MIGRATE_FIRST}` : '';
    end(isRetriable ? EXIT.unreachable : EXIT.failed, `pitwall ${spec.name} recover: ${messageOf(error)}${advice}`);
  }
}

const MIGRATE_FIRST = 'Run it with --migrate to bring the schema to this version first, as --apply does by itself.';

function isSchemaBehind(error: unknown): boolean {
  return error instanceof PitwallError && error.code === 'schema_behind';
}

interface Given {
  readonly apply: boolean;
  readonly 'accept-gaps': boolean;
  readonly migrate: boolean;
  readonly json: boolean;
  readonly help: boolean;
}

async function run(
  spec: RecoverySpec,
  config: BaseConfig & DatabaseConfig,
  { apply, migrate, 'accept-gaps': acceptsGaps }: Given,
): Promise<RecoveryReport> {
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => interrupted.abort());
  // Services without a database do without the driver.
  const { recover } = await import('./recover.js');
  const mode = apply ? 'apply' : 'dry-run';
  return recover(spec, { config, mode, migrates: migrate, acceptsGaps, signal: interrupted.signal });
}

/** What was typed, or what is wrong with it. */
function argumentsOf(args: readonly string[]): Given | string {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, strict: true }).values;
  } catch (error) {
    return messageOf(error);
  }
}

function configOf(spec: RecoverySpec): (BaseConfig & DatabaseConfig) | null {
  const reading = readConfig(spec.configSchema as z.ZodObject, process.env);
  if (reading.isValid) return reading.config as BaseConfig & DatabaseConfig;
  const problems = reading.problems.map((problem) => `  - ${problem}`);
  const lines = [`pitwall ${spec.name} recover: it takes the variables of the service.`, ...problems];
  end(EXIT.failed, lines.join('\n'));
  return null;
}

function end(code: number, message: string): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = code;
}

function usage(service: string): string {
  return [
    `Makes ${service} fit to go on after PostgreSQL was restored to an earlier time.`,
    '',
    'Options:',
    '  --apply        do it; otherwise it is only said what would be done',
    '  --migrate      bring an older schema to this version first; --apply does so by itself',
    '  --accept-gaps  go on although records are gone that would have to be read again',
    '  --json         JSON on standard output and nothing else',
    '  --help         print this and exit',
    '',
    `The environment is that of ${service}, see its --help.`,
  ].join('\n');
}
