import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PitwallError } from '@pitwall/contracts';
import type { PortName, Ports, ServiceSpec } from '@pitwall/stack';

/**
 * The services on the way of an event, in its order, and what they need besides Kafka. One with a database brings a program that
 * recovers it after a restore, `dist/recover/main.js`.
 */
export const SERVICES = [
  { name: 'ingestion', hasDatabase: false },
  { name: 'inference', hasDatabase: false },
  { name: 'results', hasDatabase: true },
  { name: 'monitoring', hasDatabase: true },
] as const satisfies readonly { name: PortName; hasDatabase: boolean }[];

/** Name of a service, as in `apps/`. */
export type ServiceName = (typeof SERVICES)[number]['name'];

/** Addresses and settings that all services are started with. */
export interface ServiceSettings {
  readonly ports: Ports;
  readonly kafkaBrokers: readonly string[];
  readonly databaseUrl: string;
  readonly pipelineFolders: readonly string[];
  /** Null: no traces are exported. */
  readonly otlpEndpoint: string | null;
  /** Share of the events that are traced, 0 to 1. */
  readonly traceRatio: number;
  readonly logLevel: string;
  /** Further environment variables of a service, e.g. a shorter session timeout. */
  readonly environment?: (name: ServiceName) => Readonly<Record<string, string>>;
}

/** Base URL of a service. */
export function serviceUrl(name: PortName, ports: Ports): string {
  return `http://127.0.0.1:${ports[name]}`;
}

/** How to start each service: its built program and its environment, nothing else. */
export function serviceSpecs(settings: ServiceSettings): readonly ServiceSpec[] {
  return SERVICES.map(({ name, hasDatabase }) => ({
    name,
    args: [programOf(name)],
    env: { ...environmentOf(settings, name), ...(hasDatabase ? { DATABASE_URL: settings.databaseUrl } : {}) },
    readyUrl: `${serviceUrl(name, settings.ports)}/readyz`,
  }));
}

function environmentOf(settings: ServiceSettings, name: ServiceName): Record<string, string> {
  return {
    KAFKA_BROKERS: settings.kafkaBrokers.join(','),
    HTTP_HOST: '127.0.0.1',
    HTTP_PORT: String(settings.ports[name]),
    PITWALL_PIPELINES: settings.pipelineFolders.join(','),
    LOG_LEVEL: settings.logLevel,
    OTEL_TRACES_SAMPLER_ARG: String(settings.traceRatio),
    ...(settings.otlpEndpoint === null ? {} : { OTEL_EXPORTER_OTLP_ENDPOINT: settings.otlpEndpoint }),
    ...settings.environment?.(name),
  };
}

/** A program that a service brings along, and its environment. */
export interface ServiceProgram {
  readonly service: ServiceName;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** What each service with a database runs after that was restored to an earlier time; takes `--apply` and others. */
export function recoveryPrograms(
  settings: Pick<ServiceSettings, 'kafkaBrokers' | 'databaseUrl' | 'pipelineFolders'>,
): readonly ServiceProgram[] {
  return SERVICES.filter(({ hasDatabase }) => hasDatabase).map(({ name }) => ({
    service: name,
    args: [programOf(name, 'recover/main.js')],
    env: {
      KAFKA_BROKERS: settings.kafkaBrokers.join(','),
      DATABASE_URL: settings.databaseUrl,
      PITWALL_PIPELINES: settings.pipelineFolders.join(','),
    },
  }));
}

/** The same number of folders up from `src` as from `dist`. */
function programOf(name: ServiceName, file = 'main.js'): string {
  const program = fileURLToPath(new URL(`../../../apps/${name}/dist/${file}`, import.meta.url));
  if (!existsSync(program)) {
    throw new PitwallError(`${program} is not there. Run \`npm run build\` first.`, { code: 'not_built' });
  }
  return program;
}
