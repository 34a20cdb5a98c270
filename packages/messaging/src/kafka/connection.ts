import { connect, isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { PitwallError } from '@pitwall/contracts';
import type { ISocketFactoryArgs, Kafka, KafkaConfig, RetryOptions } from 'kafkajs';
import type { KafkaConnection } from '../port.js';
import { type ClientLogger, logCreatorFor } from './client-log.js';
import { kafkajs } from './load-kafkajs.js';

/** Bounded: what still fails after about 3 s is given back, and comes again from outside without holding up the rest. */
export const RETRY: RetryOptions = {
  initialRetryTime: 100,
  multiplier: 2,
  factor: 0.2,
  maxRetryTime: 2_000,
  retries: 5,
};

const MAX_SESSION_TIMEOUT_MS = 10_000;
const CONNECTION_TIMEOUT_MS = 3_000;
const REQUEST_TIMEOUT_MS = 15_000;

/** Rejects a connection that cannot work with what was got and what was expected. */
export function checkConnection(connection: KafkaConnection): void {
  if (connection.brokers.length === 0) {
    throw new PitwallError('Got no broker address, expected at least one host:port.', { code: 'invalid_connection' });
  }
  const { sessionTimeoutMs } = connection;
  if (!(sessionTimeoutMs > 0 && sessionTimeoutMs <= MAX_SESSION_TIMEOUT_MS)) {
    throw new PitwallError(
      `Got a session timeout of ${sessionTimeoutMs} ms, expected at most ${MAX_SESSION_TIMEOUT_MS}: it is how long the partitions of a killed service stand still.`,
      { code: 'invalid_connection' },
    );
  }
}

type ClientSecurity = Pick<KafkaConfig, 'ssl' | 'sasl'>;

function securityOf({ security }: KafkaConnection): ClientSecurity {
  if (security === undefined) return {};
  const { tls, login } = security;
  // One of three shapes for kafkajs' types, and all of them the same.
  return { ssl: tls, ...(login === null ? {} : { sasl: { ...login } as NonNullable<ClientSecurity['sasl']> }) };
}

const KEEP_ALIVE_MS = 60_000;

/** As kafkajs connects, but nothing small waits for the acknowledgement of what was sent before. */
function openSocket({
  host,
  port,
  ssl,
  onConnect,
}: ISocketFactoryArgs): ReturnType<NonNullable<KafkaConfig['socketFactory']>> {
  const socket = ssl
    ? connectTls({ host, port, ...(isIP(host) === 0 ? { servername: host } : {}), ...ssl }, onConnect)
    : connect({ host, port }, onConnect);
  return socket.setKeepAlive(true, KEEP_ALIVE_MS).setNoDelay(true);
}

/**
 * One per consumer, producer and admin: consumers of one instance would share the committed offsets of their group, also
 * those of partitions that only the other one holds.
 */
export function newKafka(connection: KafkaConnection, logger: ClientLogger): Kafka {
  return new kafkajs.Kafka({
    brokers: [...connection.brokers],
    clientId: connection.clientId,
    ...securityOf(connection),
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    retry: RETRY,
    socketFactory: openSocket,
    logLevel: kafkajs.logLevel.INFO,
    logCreator: logCreatorFor(logger),
  });
}
