import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { PitwallError } from '@pitwall/contracts';
import { describePortHolder } from './port-holder.js';

/**
 * The ports of everything that Pitwall starts on one machine, in one table. All of them listen on 127.0.0.1.
 * Each can be moved by the flag and the environment variable that `portFlag` and `portVariable` name.
 */
export const DEFAULT_PORTS = {
  kafka: 19092,
  kafkaController: 19093,
  postgres: 15432,
  ingestion: 4001,
  inference: 4002,
  results: 4003,
  monitoring: 4004,
  registry: 4005,
  console: 4006,
  otlp: 14318,
} as const;

/** Who a port belongs to. */
export type PortName = keyof typeof DEFAULT_PORTS;

/** A port for everyone, 1 to 65535. */
export type Ports = Readonly<Record<PortName, number>>;

/** The names of the table, in its order. */
export const PORT_NAMES = Object.keys(DEFAULT_PORTS) as readonly PortName[];

// Below Linux's and macOS's range for outgoing connections, so that nobody's client takes the port between the look and the use.
const FREE_FROM = 20_000;
const FREE_BELOW = 32_000;
const FREE_ATTEMPTS = 100;

function toKebabCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** The command-line flag that moves a port, e.g. `--kafka-port`. */
export function portFlag(name: PortName): string {
  return `--${toKebabCase(name)}-port`;
}

/** The environment variable that moves a port, e.g. `PITWALL_KAFKA_PORT`. */
export function portVariable(name: PortName): string {
  return `PITWALL_${toKebabCase(name).replaceAll('-', '_').toUpperCase()}_PORT`;
}

function cannotListen(port: number, cause: NodeJS.ErrnoException): PitwallError {
  return new PitwallError(`Nobody can listen on 127.0.0.1:${port}: ${cause.message}. Take a port from 1024 to 65535.`, {
    code: 'port_refused',
    cause,
  });
}

/** True when a server on 127.0.0.1 could listen on the port now. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(false);
      else reject(cannotListen(port, error));
    });
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/**
 * A port of 127.0.0.1 that is free now, out of 20000 to 31999. Nothing keeps it free: use it at once.
 *
 * @throws PitwallError `no_free_port` after 100 taken ones.
 */
export async function findFreePort(): Promise<number> {
  for (let attempt = 0; attempt < FREE_ATTEMPTS; attempt += 1) {
    const port = randomInt(FREE_FROM, FREE_BELOW);
    if (await isPortFree(port)) return port;
  }
  throw new PitwallError(
    `None of ${FREE_ATTEMPTS} ports tried between ${FREE_FROM} and ${FREE_BELOW - 1} is free on 127.0.0.1. Stop what listens there.`,
    { code: 'no_free_port', retriable: true },
  );
}

/** Fills the table: the given ports and the defaults for the rest, or a free port for everyone. */
export async function resolvePorts(wanted: 'free' | Partial<Ports> = {}): Promise<Ports> {
  if (wanted !== 'free') return { ...DEFAULT_PORTS, ...wanted };
  const free = new Set<number>();
  while (free.size < PORT_NAMES.length) free.add(await findFreePort());
  const ports = [...free];
  return Object.fromEntries(PORT_NAMES.map((name, at) => [name, ports[at]])) as Ports;
}

/**
 * Checks that the named ports can be listened on, all of them before it complains.
 *
 * @throws PitwallError `port_taken`: one line per taken port with who holds it and the flag that moves ours.
 */
export async function checkPorts(ports: Ports, names: readonly PortName[]): Promise<void> {
  const taken: string[] = [];
  for (const name of names) {
    const port = ports[name];
    if (await isPortFree(port)) continue;
    const holder = await describePortHolder(port);
    taken.push(
      `Port ${port} (${name}) is taken by ${holder}. Stop that, or take another port: ${portFlag(name)} <port> or ${portVariable(name)}=<port>.`,
    );
  }
  if (taken.length > 0) throw new PitwallError(taken.join('\n'), { code: 'port_taken', details: { ports, names } });
}
