import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { PitwallError } from '@pitwall/contracts';
import { ChildControl } from '../child-control.js';
import type { ChildSpec } from '../child-spec.js';
import type { Home } from '../home.js';
import type { Keeper } from '../keeper-client.js';
import { lastLines } from '../log-file.js';
import { type PostgresPlace, findPlace } from './place.js';
import { stopLeftOverServer } from './postmaster.js';
import { probePostgres } from './startup-probe.js';

const run = promisify(execFile);

const USER = 'pitwall';
const DATABASE = 'pitwall';
const READY_TIMEOUT_MS = 60_000;
const STOP_GRACE_MS = 4_000;

// Durable as in production: fsync and synchronous_commit stay on.
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  fsync: 'on',
  synchronous_commit: 'on',
  shared_buffers: '128MB',
  max_connections: '100',
  max_wal_size: '1GB',
  log_min_messages: 'warning',
  log_line_prefix: '%m [%p] ',
  log_timezone: 'UTC',
  timezone: 'UTC',
};

/** Where the server listens and keeps its data. */
export interface ServerOptions {
  readonly home: Home;
  readonly port: number;
  readonly log: (line: string) => void;
}

/** A started server and how to connect to it. */
export interface StartedServer {
  readonly control: ChildControl;
  /** `postgresql://user:password@127.0.0.1:port/database`. Holds the password: never log it. */
  readonly url: string;
}

function newPassword(home: Home): string {
  const secret = randomBytes(24).toString('base64url');
  writeFileSync(home.postgresPassword, secret, { mode: 0o600 });
  return secret;
}

function keptPassword(home: Home): string {
  if (!existsSync(home.postgresPassword)) {
    throw new PitwallError(
      `PostgreSQL's data is there but its password file ${home.postgresPassword} is gone. Put it back, or run \`npm run reset\`.`,
      { code: 'password_missing' },
    );
  }
  return readFileSync(home.postgresPassword, 'utf8');
}

/** Makes or adopts the data folder. @returns the password of its user. */
async function prepareData(place: PostgresPlace, { home, log }: ServerOptions): Promise<string> {
  mkdirSync(dirname(place.data), { recursive: true });
  if (existsSync(place.data)) {
    await stopLeftOverServer(place.data, log);
    return keptPassword(home);
  }
  const secret = newPassword(home);
  await initialise(place, secret);
  return secret;
}

/** Makes the database cluster aside and moves it in place whole: one that was cut short is made again. */
async function initialise(place: PostgresPlace, secret: string): Promise<void> {
  const draft = `${place.data}.new`;
  const passwordFile = `${place.data}.pw`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true, mode: 0o700 });
  writeFileSync(passwordFile, secret, { mode: 0o600 });
  try {
    for (const path of [draft, passwordFile]) if (place.user) chownSync(path, place.user.uid, place.user.gid);
    const layout = ['-D', draft, '-U', USER, '-A', 'scram-sha-256', `--pwfile=${passwordFile}`];
    const options = ['--encoding=UTF8', '--locale=C', '--no-instructions'];
    await run(place.initdb, [...layout, ...options], { ...place.user, cwd: '/' });
    await createDatabase(place, draft);
    renameSync(draft, place.data);
  } catch (error) {
    throw initFailed(error as Error & { stdout?: string; stderr?: string });
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

/** By PostgreSQL's single-user mode: no server runs yet, and no client library is needed. */
function createDatabase(place: PostgresPlace, data: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const single = spawn(place.postgres, ['--single', '-D', data, 'postgres'], {
      ...place.user,
      cwd: '/',
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    let stderr = '';
    single.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    single.on('error', reject);
    single.on('close', (code) => {
      // Single-user mode exits 0 even when a statement fails.
      if (code === 0 && !/ERROR|FATAL/.test(stderr)) resolve();
      else reject(Object.assign(new Error(`postgres --single ended with code ${code}`), { stderr }));
    });
    single.stdin.on('error', () => undefined); // It ended before it read: `close` says why.
    single.stdin.end(`CREATE DATABASE ${DATABASE}\n`);
  });
}

function initFailed(error: Error & { stdout?: string; stderr?: string }): PitwallError {
  const lines = lastLines(`${error.stdout ?? ''}\n${error.stderr ?? ''}`).map((line) => `  | ${line}`);
  return new PitwallError(
    `PostgreSQL's data folder could not be initialised: ${error.message}\nThe last lines:\n${lines.join('\n')}`,
    { code: 'postgres_init_failed', cause: error },
  );
}

/**
 * The server was killed and its backends have not noticed yet: they still hold its shared memory, and end within moments.
 */
function isHeldByBackends(lastLogLines: readonly string[]): boolean {
  return lastLogLines.some((line) => line.includes('pre-existing shared memory block'));
}

/** Starts the server on its data folder, which is initialised first when it is new. Not ready yet when this returns. */
export async function startServer(keeper: Keeper, options: ServerOptions): Promise<StartedServer> {
  const { home, port } = options;
  const place = await findPlace(home);
  const secret = await prepareData(place, options);
  const settings = Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const logFile = join(home.logs, 'postgres.log');
  const spec: ChildSpec = {
    name: 'postgres',
    step: 'postgres',
    command: place.postgres,
    args: ['-D', place.data, '-p', String(port), ...settings],
    cwd: '/',
    env: {},
    ...(place.user && { user: place.user }),
    logFile,
    // Fast shutdown: ends sessions and writes a checkpoint. SIGTERM would wait for the clients to go.
    stopSignal: 'SIGINT',
    graceMs: STOP_GRACE_MS,
  };
  const probe = (): Promise<boolean> => probePostgres('127.0.0.1', port);
  const control = new ChildControl(keeper, spec, { probe, timeoutMs: READY_TIMEOUT_MS, isPassing: isHeldByBackends });
  await control.start();
  if (existsSync(logFile)) chmodSync(logFile, 0o600);
  return { control, url: `postgresql://${USER}:${secret}@127.0.0.1:${port}/${DATABASE}` };
}
