import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PitwallError } from '@pitwall/contracts';
import { parseBroker, parseDatabaseUrl, requireAnswer, withoutPassword } from './addresses.js';
import type { ChildControl } from './child-control.js';
import type { ChildExit } from './child-spec.js';
import { deleteHome } from './delete-home.js';
import { type Home, homeAt, openHome } from './home.js';
import { type Instance, announceUrls, describeInstance, releaseLock, takeLock } from './instance-lock.js';
import type { ProxiedListener } from './kafka/broker-files.js';
import { startBroker } from './kafka/broker.js';
import { Keeper } from './keeper-client.js';
import { type PortName, type Ports, checkPorts, resolvePorts } from './ports.js';
import { startServer } from './postgres/server.js';
import { isRunning } from './process-identity.js';
import { type ProcessRecord, readRecords, stopRecorded } from './process-record.js';
import { ServiceSupervisor } from './service-supervisor.js';

/** What to start and where. Everything is optional: the default is a fresh stack on the default ports that keeps nothing. */
export interface StackOptions {
  /** The data folder, `.pitwall/`. Absent: a fresh temporary folder, removed at the end. */
  readonly home?: string;
  /** Delete the data folder at the end, also when we are killed. Default: only when it was not given. */
  readonly isTemporary?: boolean;
  /** `free`: free ports for everything. Otherwise the ports that differ from `DEFAULT_PORTS`. */
  readonly ports?: 'free' | Partial<Ports>;
  /** Further ports of the table that must be free, for services to come: looked at together with our own. */
  readonly checkedPorts?: readonly PortName[];
  /** `host:port` of brokers that run already: used, and no Kafka is started. */
  readonly kafkaBrokers?: readonly string[];
  /** URL of a PostgreSQL that runs already: used, and none is started. */
  readonly databaseUrl?: string;
  /** A second listener of our own Kafka, for clients that are to reach it by way of a proxy. Absent: there is none. */
  readonly proxiedKafka?: ProxiedListener;
  /** Gives up starting when aborted: what has been started is stopped, and `startStack` rejects with `start_aborted`. */
  readonly signal?: AbortSignal;
  /** Gets a line per step. Absent: silence. */
  readonly log?: (line: string) => void;
  /** Told of every child that ends, asked to or not. */
  readonly onExit?: (exit: ChildExit) => void;
}

/** A running stack. */
export interface Stack {
  readonly kafkaBrokers: readonly string[];
  /** Holds the password: never log it. */
  readonly databaseUrl: string;
  /** The data folder, absolute. */
  readonly home: string;
  readonly ports: Ports;
  /** Null when the broker is somebody else's. */
  readonly kafka: ChildControl | null;
  /** Null when the database is somebody else's. */
  readonly postgres: ChildControl | null;
  /** Starts services that stop before Kafka and PostgreSQL do. */
  readonly services: ServiceSupervisor;
  /** Pid of the keeper process. */
  readonly keeperPid: number | undefined;
  /** Notes what can be opened where, for the message that a second start in the same folder gets. */
  announce(urls: Readonly<Record<string, string>>): void;
  /** Stops services, Kafka and PostgreSQL, in this order, and frees the folder. A second call waits for the first. */
  stop(): Promise<void>;
}

const SILENT = (): void => undefined;
const KEEPER_WAIT_MS = 20_000;
const POLL_MS = 50;

/**
 * Starts real Kafka and real PostgreSQL, both at once, and waits until both answer.
 * If we are killed, a keeper process stops them; what a killed keeper leaves behind, the next start in the folder stops.
 *
 * @throws PitwallError `already_running`, `format_mismatch`, `port_taken`, `child_failed`, `child_not_ready`, `unreachable_folder` and others;
 * nothing is left running then.
 */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const log = options.log ?? SILENT;
  const isTemporary = options.isTemporary ?? options.home === undefined;
  const home = homeAt(options.home ?? mkdtempSync(join(tmpdir(), 'pitwall-')));
  openHome(home);
  const instance = lockFolder(home);
  try {
    await stopLeftovers(home, log);
    const ports = await resolvePorts(options.ports);
    await checkPorts(ports, neededPorts(options));
    const keeper = startKeeper(home, { lockToken: instance.token, isTemporary });
    keeper.onLost(log);
    if (options.onExit !== undefined) keeper.onExit(options.onExit);
    return await openBothOrStop({ home, isTemporary, instance, keeper, ports, options, log });
  } catch (error) {
    releaseLock(home.lockFile, instance.token);
    if (isTemporary) deleteHome(home.root);
    throw error;
  }
}

function startKeeper(home: Home, start: { readonly lockToken: string; readonly isTemporary: boolean }): Keeper {
  const { root, run, lockFile, logs } = home;
  const temporaryHome = start.isTemporary ? root : null;
  return Keeper.start(
    { runFolder: run, lockFile, lockToken: start.lockToken, temporaryHome },
    join(logs, 'keeper.log'),
  );
}

interface Parts {
  readonly home: Home;
  readonly isTemporary: boolean;
  readonly instance: Instance;
  readonly keeper: Keeper;
  readonly ports: Ports;
  readonly options: StackOptions;
  readonly log: (line: string) => void;
}

async function openBothOrStop(parts: Parts): Promise<Stack> {
  const kafka = openKafka(parts);
  const postgres = openPostgres(parts);
  try {
    return assemble(parts, await orAborted(Promise.all([kafka, postgres]), parts.options.signal));
  } catch (error) {
    await stopStack(parts);
    // What is still being formatted or initialised must not write into a folder that goes.
    await Promise.allSettled([kafka, postgres]);
    throw error;
  }
}

/** The outcome of the start, or a rejection as soon as the signal comes. */
async function orAborted<T>(start: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return start;
  const aborted = Promise.withResolvers<never>();
  const abort = (): void =>
    aborted.reject(new PitwallError('The start was given up: the end was asked for.', { code: 'start_aborted' }));
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  try {
    return await Promise.race([start, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

function assemble(parts: Parts, [kafka, postgres]: readonly [OpenKafka, OpenPostgres]): Stack {
  const { home, instance, keeper, ports } = parts;
  let stopping: Promise<void> | undefined;
  const addresses = { kafka: kafka.brokers.join(','), postgres: withoutPassword(postgres.url) };
  const announce = (urls: Readonly<Record<string, string>>): void =>
    announceUrls(home.lockFile, { ...instance, urls: { ...addresses, ...urls } });
  announce({});
  return {
    kafkaBrokers: kafka.brokers,
    databaseUrl: postgres.url,
    home: home.root,
    ports,
    kafka: kafka.control,
    postgres: postgres.control,
    services: new ServiceSupervisor(keeper, home.logs),
    keeperPid: keeper.pid,
    announce,
    stop: () => (stopping ??= stopStack(parts)),
  };
}

async function stopStack({ keeper, home, isTemporary, instance, log }: Parts): Promise<void> {
  if (keeper.isAlive) {
    await keeper.stopAll();
    return;
  }
  // Somebody killed the keeper: its records say what is left.
  await stopRecorded(home.run, log);
  releaseLock(home.lockFile, instance.token);
  if (isTemporary) deleteHome(home.root);
}

function lockFolder(home: Home): Instance {
  const lock = takeLock(home.lockFile);
  if (lock.taken) return lock.instance;
  throw new PitwallError(
    `Pitwall runs already in ${home.root}: ${describeInstance(lock.holder)}\nStop that one first (Ctrl-C there, or kill ${lock.holder.pid}), or use another data folder.`,
    { code: 'already_running', details: { pid: lock.holder.pid, since: lock.holder.since } },
  );
}

/** Waits for the keeper of an instance that was killed, then stops what even that one has left behind. */
async function stopLeftovers(home: Home, log: (line: string) => void): Promise<void> {
  const keeper = readRecords(home.run).find((record) => record.step === 'keeper');
  if (keeper !== undefined && isRunning(keeper.pid, keeper.identity)) {
    log(`The last run in this folder is still stopping (keeper, pid ${keeper.pid}); waiting for it.`);
    await waitForKeeper(keeper, home);
  }
  await stopRecorded(home.run, log);
}

async function waitForKeeper({ pid, identity }: ProcessRecord, home: Home): Promise<void> {
  const deadline = performance.now() + KEEPER_WAIT_MS;
  while (isRunning(pid, identity)) {
    if (performance.now() >= deadline) {
      throw new PitwallError(
        `The keeper of the last run (pid ${pid}) has not ended within ${KEEPER_WAIT_MS} ms. See ${join(home.logs, 'keeper.log')}; end it by \`kill ${pid}\`.`,
        { code: 'keeper_still_running', retriable: true },
      );
    }
    await sleep(POLL_MS);
  }
}

function neededPorts(options: StackOptions): readonly PortName[] {
  return [
    ...(options.kafkaBrokers === undefined ? (['kafka', 'kafkaController'] as const) : []),
    ...(options.databaseUrl === undefined ? (['postgres'] as const) : []),
    ...(options.checkedPorts ?? []),
  ];
}

interface OpenKafka {
  readonly brokers: readonly string[];
  readonly control: ChildControl | null;
}

async function openKafka({ home, keeper, ports, options, log }: Parts): Promise<OpenKafka> {
  if (options.kafkaBrokers !== undefined) {
    await requireAnswer(options.kafkaBrokers.map(parseBroker), 'KAFKA_BROKERS');
    log(`Kafka: using ${options.kafkaBrokers.join(',')}; none is started.`);
    return { brokers: options.kafkaBrokers, control: null };
  }
  const from = performance.now();
  const { kafka: port, kafkaController: controllerPort } = ports;
  const control = await startBroker(keeper, {
    home,
    port,
    controllerPort,
    proxied: options.proxiedKafka ?? null,
  });
  await control.waitUntilReady();
  log(`Kafka is ready on 127.0.0.1:${ports.kafka} after ${Math.round(performance.now() - from)} ms.`);
  return { brokers: [`127.0.0.1:${ports.kafka}`], control };
}

interface OpenPostgres {
  readonly url: string;
  readonly control: ChildControl | null;
}

async function openPostgres({ home, keeper, ports, options, log }: Parts): Promise<OpenPostgres> {
  if (options.databaseUrl !== undefined) {
    await requireAnswer([parseDatabaseUrl(options.databaseUrl)], 'DATABASE_URL');
    log(`PostgreSQL: using ${withoutPassword(options.databaseUrl)}; none is started.`);
    return { url: options.databaseUrl, control: null };
  }
  const from = performance.now();
  const { control, url } = await startServer(keeper, { home, port: ports.postgres, log });
  await control.waitUntilReady();
  log(`PostgreSQL is ready on 127.0.0.1:${ports.postgres} after ${Math.round(performance.now() - from)} ms.`);
  return { url, control };
}
