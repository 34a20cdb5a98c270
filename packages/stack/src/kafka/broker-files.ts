import { join } from 'node:path';

/** What the configuration of the broker depends on. */
export interface BrokerSettings {
  readonly port: number;
  readonly controllerPort: number;
  readonly dataFolder: string;
  /** See {@link ProxiedListener}; null: there is none. */
  readonly proxied: ProxiedListener | null;
}

/**
 * A second listener for clients that are to reach the broker by way of a proxy: a client goes where the broker says that it is,
 * so whoever stands in between has to be what it says.
 */
export interface ProxiedListener {
  /** Where the broker listens, for the proxy. */
  readonly port: number;
  /** Where the proxy listens, on this machine: what clients are told. */
  readonly proxyPort: number;
}

/** The only node of the cluster: broker and controller in one process. */
const NODE_ID = 1;
const LARGEST_RECORD_BATCH_BYTES = 2 * 1024 * 1024;
const CLEANER_BUFFER_BYTES = 16 * 1024 * 1024;

/**
 * `server.properties` of the single node. Topics are made by `provision` alone, listeners are on this machine only, and internal
 * topics are small so that a consumer group is ready at once. Flush settings stay Kafka's own.
 */
export function serverProperties({ port, controllerPort, dataFolder, proxied }: BrokerSettings): string {
  const second = (at: number | undefined): string => (at === undefined ? '' : `,PROXIED://127.0.0.1:${at}`);
  const settings: Readonly<Record<string, string | number | boolean>> = {
    'process.roles': 'broker,controller',
    'node.id': NODE_ID,
    'controller.quorum.voters': `${NODE_ID}@127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}${second(proxied?.port)}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}${second(proxied?.proxyPort)}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,PROXIED:PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'log.dirs': dataFolder,

    'auto.create.topics.enable': false,
    'default.replication.factor': 1,
    'min.insync.replicas': 1,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 3,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 3,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'share.coordinator.state.topic.num.partitions': 1,
    'group.initial.rebalance.delay.ms': 0,
    // After kill -9 the controller turns the new broker away until the session of the old one is over: 9 s by default.
    'broker.session.timeout.ms': 3_000,
    'broker.heartbeat.interval.ms': 500,
    // A demo that rests for weeks goes on where it was.
    'offsets.retention.minutes': 365 * 24 * 60,
    'log.retention.hours': 30 * 24,

    'message.max.bytes': LARGEST_RECORD_BATCH_BYTES,
    'replica.fetch.max.bytes': LARGEST_RECORD_BATCH_BYTES,
    'log.cleaner.dedupe.buffer.size': CLEANER_BUFFER_BYTES,
    'num.network.threads': 2,
    'num.io.threads': 4,
  };
  return Object.entries(settings)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}

/** `log4j2.properties`: everything to standard output, which the keeper appends to the size-capped `kafka.log`. */
export const LOG4J2_PROPERTIES = `status=error
appender.console.type=Console
appender.console.name=console
appender.console.layout.type=PatternLayout
appender.console.layout.pattern=%d{ISO8601} %-5p %m (%c{1})%n
rootLogger.level=info
rootLogger.appenderRef.console.ref=console
logger.slow.name=org.apache.kafka.raft
logger.slow.level=warn
`;

/** Names of the files that the broker is started with, in the run folder. */
export function brokerFiles(runFolder: string): { readonly properties: string; readonly log4j: string } {
  return { properties: join(runFolder, 'kafka.properties'), log4j: join(runFolder, 'kafka.log4j2.properties') };
}
