import { LOG_LEVELS } from '@pitwall/telemetry';
import { z } from 'zod';
import { kafkaConfigShape } from './kafka-config.js';
import { sabotageConfigShape } from './sabotage.js';
import { choice, decimalNumber, durationMs, list, url, wholeNumber } from './variables.js';

/** The variables of every service. A service's schema is `z.object({ ...baseConfigShape, … })`. */
export const baseConfigShape = {
  ...kafkaConfigShape,
  HTTP_HOST: variableText().default('127.0.0.1').describe('Address to listen on; 0.0.0.0 for all'),
  HTTP_PORT: wholeNumber({ min: 0, max: 65_535 }).default(8080).describe('Port to listen on; 0 takes a free one'),
  PITWALL_PIPELINES: list({ what: 'folders of pipeline definitions', pattern: /./ }).describe(
    'Folders of the pipelines to serve, comma-separated',
  ),
  LOG_LEVEL: choice(LOG_LEVELS)
    .default('info')
    .describe(`Least important lines to log: ${LOG_LEVELS.join(', ')}`),
  OTEL_EXPORTER_OTLP_ENDPOINT: url(['http:', 'https:'])
    .optional()
    .describe('OTLP/HTTP receiver of traces; not set: traces are sent nowhere'),
  OTEL_TRACES_SAMPLER_ARG: decimalNumber({ min: 0, max: 1 })
    .default(1)
    .describe('Share of new traces that are sampled, 0 to 1'),
  SHUTDOWN_GRACE_MS: durationMs({ min: 100, max: 600_000 })
    .default(8_000)
    .describe('Time to finish the work in hand when asked to stop'),
  ...sabotageConfigShape,
} as const;

/** The variable of services with a database. */
export const databaseConfigShape = {
  DATABASE_URL: url(['postgres:', 'postgresql:'])
    .meta({ secret: true })
    .describe('PostgreSQL, postgres://user:password@host:port/database'),
} as const;

function variableText() {
  return z.string().trim().min(1, 'expected a text');
}

/** What {@link baseConfigShape} becomes. */
export type BaseConfig = z.output<z.ZodObject<typeof baseConfigShape>>;

/** What {@link databaseConfigShape} becomes. */
export type DatabaseConfig = z.output<z.ZodObject<typeof databaseConfigShape>>;

/** The schema of a service: at least the base variables. */
export type ServiceConfigSchema = z.ZodObject<typeof baseConfigShape & Readonly<Record<string, z.ZodType>>>;
