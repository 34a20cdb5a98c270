import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { PitwallError } from '@pitwall/contracts';
import { ChildControl } from '../child-control.js';
import type { ChildSpec } from '../child-spec.js';
import type { Home } from '../home.js';
import type { Keeper } from '../keeper-client.js';
import { LAST_LINES, lastLines } from '../log-file.js';
import { LOG4J2_PROPERTIES, type ProxiedListener, brokerFiles, serverProperties } from './broker-files.js';
import { probeKafka } from './metadata-probe.js';

const run = promisify(execFile);

const LIBRARIES = fileURLToPath(new URL('../../../../infra/kafka/libs', import.meta.url));
const READY_TIMEOUT_MS = 60_000;
const STOP_GRACE_MS = 4_000;

// One node with a few dozen partitions: 256 to 512 MB hold it. Serial collector and first compiler only: measured on two cores, ready after
// 2.8 s instead of 4 s and 2.4 CPU seconds instead of 4.1, and no dearer later (600,000 records in and out: 2.4 CPU seconds instead of 4.2).
const JVM_FLAGS = [
  '-Xms256m',
  '-Xmx512m',
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-XX:+ExitOnOutOfMemoryError',
];
const FORMAT_JVM_FLAGS = ['-Xmx128m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];

/** Where the broker listens and keeps its data. */
export interface BrokerOptions {
  readonly home: Home;
  readonly port: number;
  readonly controllerPort: number;
  readonly proxied: ProxiedListener | null;
}

function java(): string {
  const javaHome = process.env['JAVA_HOME'];
  return javaHome === undefined || javaHome === '' ? 'java' : join(javaHome, 'bin', 'java');
}

function classPath(): string {
  if (!existsSync(LIBRARIES)) {
    throw new PitwallError(
      `Kafka's libraries are not in ${LIBRARIES}. Run \`node scripts/setup.mjs\`, which fetches them by Maven.`,
      { code: 'kafka_not_installed' },
    );
  }
  return join(LIBRARIES, '*');
}

/** A cluster id as Kafka makes them: 16 random bytes as base64url without padding. */
function newClusterId(): string {
  for (;;) {
    const id = randomBytes(16).toString('base64url');
    // A leading dash would read as an option of the storage tool.
    if (!id.startsWith('-')) return id;
  }
}

async function formatStorage({ home }: BrokerOptions): Promise<void> {
  // Written last: without it an earlier format was cut short, and nothing was stored yet.
  if (existsSync(join(home.kafkaData, 'meta.properties'))) return;
  rmSync(home.kafkaData, { recursive: true, force: true });
  mkdirSync(home.kafkaData, { recursive: true, mode: 0o700 });
  const { properties, log4j } = brokerFiles(home.run);
  const tool = ['-cp', classPath(), `-Dlog4j2.configurationFile=${log4j}`, 'kafka.tools.StorageTool'];
  try {
    await run(java(), [...FORMAT_JVM_FLAGS, ...tool, 'format', '-t', newClusterId(), '-c', properties]);
  } catch (error) {
    throw formatFailed(error as NodeJS.ErrnoException & { stdout?: string; stderr?: string });
  }
}

function formatFailed(error: NodeJS.ErrnoException & { stdout?: string; stderr?: string }): PitwallError {
  if (error.code === 'ENOENT') {
    return new PitwallError(
      `\`${java()}\` cannot be started. Kafka needs Java 17 or newer: install it, or set JAVA_HOME to where it is.`,
      { code: 'java_missing', cause: error },
    );
  }
  const lines = lastLines(`${error.stdout ?? ''}\n${error.stderr ?? ''}`, LAST_LINES);
  return new PitwallError(
    `Kafka's storage could not be formatted. The last lines:\n${lines.map((line) => `  | ${line}`).join('\n')}`,
    { code: 'kafka_format_failed', cause: error },
  );
}

/** Starts the broker on its data folder, which is formatted first when it is new. Not ready yet when this returns. */
export async function startBroker(keeper: Keeper, options: BrokerOptions): Promise<ChildControl> {
  const { home, port, controllerPort, proxied } = options;
  const { properties, log4j } = brokerFiles(home.run);
  writeFileSync(properties, serverProperties({ port, controllerPort, proxied, dataFolder: home.kafkaData }));
  writeFileSync(log4j, LOG4J2_PROPERTIES);
  await formatStorage(options);
  const spec: ChildSpec = {
    name: 'kafka',
    step: 'kafka',
    command: java(),
    args: [...JVM_FLAGS, `-Dlog4j2.configurationFile=${log4j}`, '-cp', classPath(), 'kafka.Kafka', properties],
    cwd: home.root,
    env: {},
    logFile: join(home.logs, 'kafka.log'),
    stopSignal: 'SIGTERM',
    graceMs: STOP_GRACE_MS,
  };
  const probe = async (): Promise<boolean> => ((await probeKafka('127.0.0.1', port))?.brokerCount ?? 0) > 0;
  const broker = new ChildControl(keeper, spec, { probe, timeoutMs: READY_TIMEOUT_MS });
  await broker.start();
  return broker;
}
