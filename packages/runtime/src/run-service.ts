import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createLogger, type Logger } from '@pitwall/telemetry';
import type { z } from 'zod';
import type { BaseConfig, ServiceConfigSchema } from './config/base-config.js';
import { helpText } from './config/help.js';
import { maskConfig } from './config/mask-config.js';
import { readConfig } from './config/read-config.js';
import { messageOf } from './error-facts.js';
import { startService } from './lifecycle/service-run.js';
import type { RunningService, ServiceSpec } from './service.js';

/**
 * All of a service's `main.ts`. Reads the configuration from the environment, starts the service and stops it at SIGTERM,
 * SIGINT or SIGHUP. The process ends with 0 after an orderly stop, and with 1 when the configuration or a pipeline is not usable, the
 * port is taken, a subscription failed for good, an error was handled by nobody, or the stop took too long.
 */
export async function runService<Schema extends ServiceConfigSchema>(spec: ServiceSpec<Schema>): Promise<void> {
  const version = spec.version ?? versionOf(process.argv[1] ?? '');
  const [argument] = process.argv.slice(2);
  if (argument !== undefined) {
    answerArgument(argument, spec, version);
    return;
  }
  const config = configOrExit(spec);
  if (config === null) return;
  const logger = createLogger({ service: spec.name, level: config.LOG_LEVEL });
  const end = endings(logger);
  logger.debug({ config: maskConfig(spec.configSchema, config) }, 'configuration');
  try {
    const service = await startService(spec, { config, version, logger, onFailure: end.failed });
    end.stopOnSignal(service);
  } catch (error) {
    // Lists, such as that of a pipeline's problems, are for a person to read.
    console.error(`pitwall ${spec.name} cannot start: ${messageOf(error)}`);
    end.failed(error);
  }
}

function answerArgument(argument: string, spec: ServiceSpec, version: string): void {
  switch (argument) {
    case '--help':
    case '-h':
      console.log(helpText(spec.name, spec.configSchema));
      break;
    case '--version':
      console.log(`${spec.name} ${version}`);
      break;
    default:
      console.error(
        `pitwall ${spec.name}: got ${JSON.stringify(argument)}, expected no argument, --help or --version.` +
          ' It is configured by environment variables.',
      );
      process.exitCode = 1;
  }
}

function configOrExit<Schema extends ServiceConfigSchema>(spec: ServiceSpec<Schema>): BaseConfig | null {
  const reading = readConfig(spec.configSchema as z.ZodObject, process.env);
  for (const warning of reading.warnings) console.error(`warning: ${warning}`);
  if (reading.isValid) return reading.config as BaseConfig;
  const count = reading.problems.length === 1 ? 'a problem' : `${reading.problems.length} problems`;
  console.error(`pitwall ${spec.name} cannot start: ${count} in its configuration.`);
  for (const problem of reading.problems) console.error(`  - ${problem}`);
  console.error('Run it with --help for all variables.');
  process.exitCode = 1;
  return null;
}

interface Endings {
  readonly failed: (error: unknown) => void;
  readonly stopOnSignal: (service: RunningService) => void;
}

/** The ways in which the process ends. Open sockets and timers do not keep it: each way ends in `process.exit`. */
function endings(logger: Logger): Endings {
  let isEnding = false;
  const failed = (error: unknown): void => {
    if (isEnding) return;
    isEnding = true;
    logger.fatal({ err: error }, messageOf(error));
    // The supervisor starts it again; what was in hand was not committed and comes again.
    process.exit(1);
  };
  process.on('uncaughtException', failed);
  process.on('unhandledRejection', failed);
  const stop = async (service: RunningService, signal: string): Promise<void> => {
    logger.info({ signal }, 'stopping');
    try {
      await service.stop();
      isEnding = true;
      process.exit(0);
    } catch (error) {
      failed(error);
    }
  };
  return {
    failed,
    stopOnSignal: (service) => {
      for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
        // A second signal changes nothing: Ctrl-C reaches a process from the terminal and from its supervisor.
        process.on(signal, () => void stop(service, signal));
      }
    },
  };
}

/** The version in the nearest package.json above a file; `unknown` where there is none. */
function versionOf(file: string): string {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const candidate = join(folder, 'package.json');
    if (existsSync(candidate)) {
      return (JSON.parse(readFileSync(candidate, 'utf8')) as { version?: string }).version ?? 'unknown';
    }
    if (folder === dirname(folder)) return 'unknown';
  }
}
