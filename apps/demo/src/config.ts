import { z } from 'zod';

const configSchema = z.object({
  /** Comma-separated `host:port`; absent: a broker is started. */
  KAFKA_BROKERS: z.string().min(1).optional(),
  /** Absent: a database is started. */
  DATABASE_URL: z.string().min(1).optional(),
  /** Absent: traces go to the receiver of the demo. */
  OTEL_EXPORTER_OTLP_ENDPOINT: z.string().min(1).optional(),
  LOG_LEVEL: z.string().min(1).default('info'),
});

/** The environment of the demo, ports aside. */
export interface DemoConfig {
  readonly kafkaBrokers: readonly string[] | null;
  readonly databaseUrl: string | null;
  readonly otlpEndpoint: string | null;
  readonly logLevel: string;
}

/** Reads the environment; empty variables count as absent. */
export function readConfig(env: NodeJS.ProcessEnv): DemoConfig {
  const given = configSchema.parse(Object.fromEntries(Object.entries(env).filter(([, value]) => value !== '')));
  return {
    kafkaBrokers: given.KAFKA_BROKERS?.split(',').map((broker) => broker.trim()) ?? null,
    databaseUrl: given.DATABASE_URL ?? null,
    otlpEndpoint: given.OTEL_EXPORTER_OTLP_ENDPOINT ?? null,
    logLevel: given.LOG_LEVEL,
  };
}
