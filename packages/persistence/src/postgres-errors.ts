/// <reference lib="esnext.error" />
import { PitwallError } from '@pitwall/contracts';

/**
 * What an error of PostgreSQL or of its driver means for the work in hand.
 *
 * - `row`: a value is refused and will be refused again (SQLSTATE class 22, 23 or 54).
 * - `conflict`: another transaction was in the way; the same work may succeed when it is tried again.
 * - `unavailable`: nothing works at the moment, whatever the work is; it goes on by itself later.
 * - `other`: a defect (wrong SQL, missing table, missing right) or no error of PostgreSQL at all.
 */
export type PostgresErrorClass = 'row' | 'conflict' | 'unavailable' | 'other';

const ROW_CLASSES = ['22', '23', '54'];

/** Serialization failure, deadlock, lock not available. */
const CONFLICT_STATES = ['40001', '40P01', '55P03'];

/** Connection, authorization, catalogue name, resources, operator intervention, system error. */
const UNAVAILABLE_CLASSES = ['08', '28', '3D', '53', '57', '58'];

/** Read-only server (a standby after a switch-over), idle transaction ended by the server. */
const UNAVAILABLE_STATES = ['25006', '25P03'];

const SYSTEM_CODES = new Set([
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]);

// pg gives these errors no code.
const DRIVER_MESSAGES =
  /^Connection terminated|^timeout (exceeded when trying to connect|expired)|is not queryable$|^Query read timeout|^Connection ended/;

const SQLSTATE = /^[0-9A-Z]{5}$/;
const MAX_CAUSES = 5;

/** Classifies by SQLSTATE, system error code or the driver's message, looking through up to five causes. */
export function classifyPostgresError(error: unknown): PostgresErrorClass {
  // Not `instanceof`: an error may come from another realm, a worker or a test sandbox.
  let current = error;
  for (let depth = 0; depth <= MAX_CAUSES && Error.isError(current); depth += 1) {
    const found = classifyOne(current);
    if (found !== 'other') return found;
    current = current.cause;
  }
  return 'other';
}

function classifyOne(error: Error): PostgresErrorClass {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (code === DATABASE_UNAVAILABLE || SYSTEM_CODES.has(code)) return 'unavailable';
  if (SQLSTATE.test(code)) return classifyState(code);
  if (DRIVER_MESSAGES.test(error.message)) return 'unavailable';
  // A host name with several addresses fails once per address.
  const first = firstOf(error);
  return first === null ? 'other' : classifyPostgresError(first);
}

function classifyState(state: string): PostgresErrorClass {
  const stateClass = state.slice(0, 2);
  if (ROW_CLASSES.includes(stateClass)) return 'row';
  if (CONFLICT_STATES.includes(state)) return 'conflict';
  if (UNAVAILABLE_CLASSES.includes(stateClass) || UNAVAILABLE_STATES.includes(state)) return 'unavailable';
  return 'other';
}

/** Code of the error that stands for a database that cannot be used at the moment. */
export const DATABASE_UNAVAILABLE = 'database_unavailable';

/**
 * Wraps an `unavailable` error into a {@link PitwallError} `database_unavailable` that names the place; any other error comes
 * back as it is, so that the caller can classify it.
 */
export function translateError(error: unknown, place: string): unknown {
  if (error instanceof PitwallError || classifyPostgresError(error) !== 'unavailable') return error;
  const reason = Error.isError(error) ? messageOf(error) : String(error);
  return new PitwallError(
    `PostgreSQL at ${place} cannot be used: ${reason}. It goes on by itself when the server is back.`,
    {
      code: DATABASE_UNAVAILABLE,
      retriable: true,
      details: { place },
      cause: error,
    },
  );
}

function messageOf(error: Error): string {
  return error.message === '' ? (firstOf(error)?.message ?? error.name) : error.message;
}

function firstOf(error: Error): Error | null {
  const first: unknown = 'errors' in error && Array.isArray(error.errors) ? error.errors[0] : null;
  return Error.isError(first) ? first : null;
}
