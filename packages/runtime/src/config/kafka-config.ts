import { PitwallError } from '@pitwall/contracts';
import { type KafkaConnection, type KafkaSecurity, SASL_MECHANISMS, type SaslMechanism } from '@pitwall/messaging';
import { z } from 'zod';
import { choice, durationMs, flag, list } from './variables.js';

/** The variables that say how to reach Kafka. */
export const kafkaConfigShape = {
  KAFKA_BROKERS: list({ what: 'host:port of each broker', pattern: /^[\w.[\]:-]+:\d{1,5}$/ }).describe(
    'Kafka brokers to begin with, comma-separated host:port',
  ),
  KAFKA_SSL: flag()
    .default(false)
    .describe('Whether to connect to Kafka by TLS; NODE_EXTRA_CA_CERTS names a file of authorities of your own'),
  KAFKA_SASL_MECHANISM: choice(SASL_MECHANISMS)
    .optional()
    .describe(`How to log in to Kafka: ${SASL_MECHANISMS.join(', ')}; not set: not at all`),
  KAFKA_USERNAME: z.string().optional().describe('Name to log in to Kafka with'),
  KAFKA_PASSWORD: z.string().optional().meta({ secret: true }).describe('Password to log in to Kafka with'),
  // Brokers refuse less than 6 s unless they are set to another `group.min.session.timeout.ms`.
  KAFKA_SESSION_TIMEOUT_MS: durationMs({ min: 6_000, max: 10_000 })
    .default(10_000)
    .describe('After this time without a heartbeat the partitions of a service go to another one'),
} as const;

/** What {@link kafkaConfigShape} becomes. */
export interface KafkaConfig {
  readonly KAFKA_BROKERS: readonly string[];
  readonly KAFKA_SSL?: boolean | undefined;
  readonly KAFKA_SASL_MECHANISM?: SaslMechanism | undefined;
  readonly KAFKA_USERNAME?: string | undefined;
  readonly KAFKA_PASSWORD?: string | undefined;
  readonly KAFKA_SESSION_TIMEOUT_MS: number;
}

/** Throws a {@link PitwallError} `invalid_kafka_login` where a part of the login is missing, or is there for nothing. */
export function kafkaConnection(config: KafkaConfig, clientId: string): KafkaConnection {
  return {
    brokers: config.KAFKA_BROKERS,
    clientId,
    sessionTimeoutMs: config.KAFKA_SESSION_TIMEOUT_MS,
    security: { tls: config.KAFKA_SSL ?? false, login: loginOf(config) },
  };
}

function loginOf(config: KafkaConfig): KafkaSecurity['login'] {
  const { KAFKA_SASL_MECHANISM: mechanism, KAFKA_USERNAME: username, KAFKA_PASSWORD: password } = config;
  if (mechanism !== undefined && username !== undefined && password !== undefined) {
    return { mechanism, username, password };
  }
  const parts = { KAFKA_SASL_MECHANISM: mechanism, KAFKA_USERNAME: username, KAFKA_PASSWORD: password };
  const missing = Object.entries(parts).flatMap(([name, value]) => (value === undefined ? [name] : []));
  if (missing.length === Object.keys(parts).length) return null;
  throw new PitwallError(
    `${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} not set, but other parts of the login to Kafka are; expected all of ${Object.keys(parts).join(', ')}, or none.`,
    { code: 'invalid_kafka_login' },
  );
}
