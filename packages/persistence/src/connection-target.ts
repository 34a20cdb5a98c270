import { PitwallError } from '@pitwall/contracts';

/** Where a database is, without the secret. */
export interface ConnectionTarget {
  /** `host:port/database`, for messages. */
  readonly place: string;
  readonly schema: string;
}

const SCHEMA_NAME = /^[a-z_][a-z0-9_]{0,62}$/;

/** Checks URL and schema name. Throws a {@link PitwallError} `invalid_database_url` or `invalid_schema` that never shows the URL. */
export function parseTarget(url: string, schema: string): ConnectionTarget {
  if (!SCHEMA_NAME.test(schema)) {
    throw new PitwallError(`The schema name is ${JSON.stringify(schema)}, expected ${SCHEMA_NAME.source}.`, {
      code: 'invalid_schema',
    });
  }
  const parsed = URL.canParse(url) ? new URL(url) : null;
  const database = parsed === null ? '' : decodeURIComponent(parsed.pathname.slice(1));
  if (parsed === null || !['postgres:', 'postgresql:'].includes(parsed.protocol) || database === '') {
    throw new PitwallError(
      'The database URL is not of the form postgres://user:password@host:port/database (it is not shown, for the password in it).',
      { code: 'invalid_database_url' },
    );
  }
  return { place: `${parsed.hostname || 'localhost'}:${parsed.port || '5432'}/${database}`, schema };
}

/** Server settings of every connection, milliseconds. What a statement of the event path needs is far below them. */
export const TIMEOUTS = {
  connectMs: 5_000,
  statementMs: 15_000,
  lockMs: 5_000,
  /** A stopped process must not keep the lock on its progress row from its successor. */
  idleInTransactionMs: 10_000,
  /** Longer than the server's own limit: strikes only when the server does not answer at all. */
  queryMs: 20_000,
  migrationLockMs: 60_000,
} as const;

/** What differs between the connections of the service and those of its migrations. */
export interface SessionOptions {
  readonly schema: string;
  /** 0 is no limit. */
  readonly statementTimeoutMs: number;
  readonly lockTimeoutMs: number;
}

/**
 * The URL with the settings that every connection of ours has from its first moment on: they are sent with the start-up
 * packet and so win over what the role or the database is set to. Durable commits among them: the promise rests on it.
 */
export function withSessionOptions(url: string, options: SessionOptions): string {
  const settings = {
    search_path: options.schema,
    synchronous_commit: 'on',
    default_transaction_isolation: 'read\\ committed',
    statement_timeout: String(options.statementTimeoutMs),
    lock_timeout: String(options.lockTimeoutMs),
    idle_in_transaction_session_timeout: String(TIMEOUTS.idleInTransactionMs),
  };
  const result = new URL(url);
  const own = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
  // Ours come last and win.
  const all = [result.searchParams.get('options') ?? '', ...own].join(' ').trim();
  const query = [...result.searchParams].filter(([name]) => name !== 'options');
  result.search = [...query, ['options', all]]
    .map(([name = '', value = '']) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&');
  return result.toString();
}
