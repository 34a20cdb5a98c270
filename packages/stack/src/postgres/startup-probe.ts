import { exchangeOverTcp } from '../tcp-exchange.js';

const PROTOCOL_3_0 = 196_608;
const AUTHENTICATION_REQUEST = 'R';
const PROBE_TIMEOUT_MS = 1_000;

/** A StartupMessage (PostgreSQL protocol 3.0) for one user and database. */
function encodeStartupMessage(user: string, database: string): Buffer {
  const parameters = Buffer.from(`user\0${user}\0database\0${database}\0\0`);
  const header = Buffer.alloc(8);
  header.writeInt32BE(header.length + parameters.length, 0);
  header.writeInt32BE(PROTOCOL_3_0, 4);
  return Buffer.concat([header, parameters]);
}

/**
 * True when a server there asks us to authenticate. While it starts, stops or recovers it answers with an error instead
 * (57P03, `the database system is starting up`): this is what `pg_isready` goes by.
 */
export async function probePostgres(host: string, port: number): Promise<boolean> {
  const request = encodeStartupMessage('pitwall', 'postgres');
  const answer = await exchangeOverTcp(
    { host, port, request, timeoutMs: PROBE_TIMEOUT_MS },
    (received) => received.length > 0,
  );
  return answer !== null && answer.toString('latin1', 0, 1) === AUTHENTICATION_REQUEST;
}
