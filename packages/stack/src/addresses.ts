import { PitwallError } from '@pitwall/contracts';
import { acceptsConnections } from './tcp-exchange.js';

const CONNECT_TIMEOUT_MS = 3_000;

/** A host and a port of somebody else's server. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Reads `host:port` or `[ipv6]:port`. @throws PitwallError `broker_address` naming what was got. */
export function parseBroker(text: string): Address {
  const match = /^(?:\[([^\]]+)\]|([^:\s]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || port < 1 || port > 65_535) {
    throw new PitwallError(
      `Got ${JSON.stringify(text)} as the address of a Kafka broker; expected host:port, e.g. 127.0.0.1:9092.`,
      { code: 'broker_address' },
    );
  }
  return { host, port };
}

/** Reads where a PostgreSQL URL points to. @throws PitwallError `database_url` without quoting it: it may hold a password. */
export function parseDatabaseUrl(text: string): Address {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !['postgres:', 'postgresql:'].includes(url.protocol) || url.hostname === '') {
    throw new PitwallError(
      'The database URL cannot be read; expected postgresql://user:password@host:port/database (not shown: it may hold a password).',
      { code: 'database_url' },
    );
  }
  return { host: url.hostname.replaceAll(/^\[|\]$/g, ''), port: url.port === '' ? 5432 : Number(url.port) };
}

/** The URL with its password replaced by stars, fit for a log. */
export function withoutPassword(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  if (url.password !== '') url.password = '***';
  return url.toString();
}

/**
 * Checks that one of the addresses accepts connections.
 *
 * @throws PitwallError `no_answer` naming them and where they came from.
 */
export async function requireAnswer(addresses: readonly Address[], setting: string): Promise<void> {
  const answers = await Promise.all(
    addresses.map(({ host, port }) => acceptsConnections(host, port, CONNECT_TIMEOUT_MS)),
  );
  if (answers.includes(true)) return;
  const tried = addresses.map(({ host, port }) => `${host}:${port}`).join(', ');
  throw new PitwallError(
    `Nobody accepts connections on ${tried} (${setting}). Start it, correct ${setting}, or unset it to have one started here.`,
    { code: 'no_answer', retriable: true, details: { tried, setting } },
  );
}
