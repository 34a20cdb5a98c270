import { createLogger, type DescribedError, describeError } from '@pitwall/telemetry';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { classifyPostgresError, type Database, type DatabaseOptions, openDatabase } from '../src/index.js';
import { ownPostgres, type OwnPostgres } from './own-postgres.js';

class CreateThing1700000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // Slow enough that a second service meets it half done.
    await runner.query('SELECT pg_sleep(0.2)');
    await runner.query('CREATE TABLE thing (id integer PRIMARY KEY, text text NOT NULL)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE thing');
  }
}

let server: OwnPostgres;
const lines: string[] = [];
const logger = createLogger({
  service: 'spec',
  level: 'trace',
  destination: { write: (line) => void lines.push(line) },
});

function options(schema: string): DatabaseOptions {
  return {
    url: server.url,
    schema,
    entities: [],
    migrations: [CreateThing1700000000000],
    applicationName: 'spec',
    logger,
  };
}

async function failureOf(work: Promise<unknown>): Promise<Error> {
  return work.then(
    () => {
      throw new Error('expected a rejection');
    },
    (error: unknown) => error as Error,
  );
}

beforeAll(async () => {
  server = await ownPostgres();
});
afterAll(async () => {
  await server.remove();
});

describe('openDatabase', () => {
  it('applies the migrations once when two services start at the same time', async () => {
    const databases = await Promise.all([openDatabase(options('twice')), openDatabase(options('twice'))]);
    const { rows } = await databases[0].pool.query('SELECT name FROM twice.migrations');
    expect(rows).toEqual([{ name: 'CreateThing1700000000000' }]);
    await Promise.all(databases.map((database) => database.close()));
  });

  it('finds nothing to do at a second start', async () => {
    await (await openDatabase(options('again'))).close();
    const database = await openDatabase(options('again'));
    expect((await database.pool.query('SELECT * FROM migrations')).rowCount).toBe(1);
    await database.close();
  });

  it('refuses a schema that lacks migrations where it is told to, and creates nothing', async () => {
    const open = (): Promise<Database> => openDatabase({ ...options('untouched'), oldSchema: 'refuse' });
    const error = await failureOf(open());
    expect(describeError(error)).toMatchObject({ code: 'schema_behind', retriable: false });
    expect(error.message).toMatch(/schema untouched does not exist.* expects CreateThing1700000000000/);
    const other = await openDatabase(options('other'));
    const { rows } = await other.pool.query("SELECT 1 FROM pg_namespace WHERE nspname = 'untouched'");
    expect(rows).toEqual([]);
    await other.close();
    await (await openDatabase(options('untouched'))).close();
    await (await open()).close();
  });

  it('names the last migration of a schema that lacks some', async () => {
    await (await openDatabase(options('older'))).close();
    const migrations = [CreateThing1700000000000, class AlterThing1800000000000 extends CreateThing1700000000000 {}];
    const error = await failureOf(openDatabase({ ...options('older'), migrations, oldSchema: 'refuse' }));
    expect(error.message).toMatch(/stands at CreateThing1700000000000; .* expects AlterThing1800000000000 as well/);
  });

  it('rejects with database_unavailable while the server is down, without the password', async () => {
    const url = server.url.replace(/:\d+\/postgres$/, ':9/postgres');
    const error = await failureOf(openDatabase({ ...options('down'), url }));
    expect(describeError(error)).toMatchObject({ code: 'database_unavailable', retriable: true });
    expect(error.message).toContain('127.0.0.1:9/postgres');
    expect(everythingOf(error)).not.toContain(server.password);
  });

  it('names a wrong password as unavailable and does not show it', async () => {
    const url = server.url.replace(server.password, 'wrong-secret');
    const error = await failureOf(openDatabase({ ...options('down'), url }));
    expect(classifyPostgresError(error)).toBe('unavailable');
    expect(error.message).toContain('password authentication failed');
    expect(everythingOf(error)).not.toContain('wrong-secret');
  });

  it.each(['not a url', 'http://user:hidden@host/db', 'postgres://user:hidden@host'])(
    'refuses %s without showing it',
    async (url) => {
      const error = await failureOf(openDatabase({ ...options('bad'), url }));
      expect(describeError(error).code).toBe('invalid_database_url');
      expect(everythingOf(error)).not.toContain('hidden');
    },
  );
});

describe('an open database', () => {
  let database: Database;

  beforeAll(async () => {
    database = await openDatabase(options('open'));
  });
  afterAll(async () => {
    await database.close();
  });
  beforeEach(async () => {
    await database.pool.query('TRUNCATE thing');
  });

  it('has durable commits, read committed, limits and its schema, also where the role is set otherwise', async () => {
    await database.pool.query('ALTER ROLE pitwall SET synchronous_commit = off');
    const other = await openDatabase(options('open'));
    const settings = ['synchronous_commit', 'default_transaction_isolation', 'search_path', 'statement_timeout'];
    const query = `SELECT ${settings.map((name) => `current_setting('${name}') AS ${name}`).join()}`;
    const expected = {
      synchronous_commit: 'on',
      default_transaction_isolation: 'read committed',
      search_path: 'open',
      statement_timeout: '15s',
    };
    expect((await other.pool.query(query)).rows).toEqual([expected]);
    expect(await other.dataSource.query(query)).toEqual([expected]);
    await other.close();
    await database.pool.query('ALTER ROLE pitwall RESET synchronous_commit');
  });

  it('commits what resolves', async () => {
    await database.transaction((client) => client.query(`INSERT INTO thing VALUES (1, 'a')`));
    expect((await database.pool.query('SELECT * FROM open.thing')).rowCount).toBe(1);
  });

  it('rolls back what rejects, and rejects alike', async () => {
    const refusal = new Error('no');
    const work = database.transaction(async (client) => {
      await client.query(`INSERT INTO thing VALUES (1, 'a')`);
      throw refusal;
    });
    await expect(work).rejects.toBe(refusal);
    expect((await database.pool.query('SELECT * FROM thing')).rowCount).toBe(0);
  });

  it('does not take a transaction for committed whose work swallowed an error', async () => {
    const work = database.transaction(async (client) => {
      await client.query(`INSERT INTO thing VALUES (1, 'a')`);
      await client.query('SELECT 1 / 0').catch(() => undefined);
    });
    await expect(work).rejects.toMatchObject({ code: 'transaction_aborted' });
  });

  it.each([
    ['row', `INSERT INTO thing VALUES (1, $1)`, ['nul \0 inside'], '22021'],
    ['row', `INSERT INTO thing VALUES (1, $1), (1, $1)`, ['twice'], '23505'],
    ['row', `INSERT INTO thing VALUES (1, $1)`, [null], '23502'],
    ['other', 'SELECT * FROM nowhere WHERE $1::text IS NULL', ['x'], '42P01'],
  ] as const)('classifies as %s: %s %j', async (...[expected, sql, values, state]) => {
    const error = await failureOf(database.transaction((client) => client.query(sql, [...values])));
    expect(error).toMatchObject({ code: state });
    expect(classifyPostgresError(error)).toBe(expected);
  });

  it('classifies a serialization failure as conflict', async () => {
    await database.pool.query(`INSERT INTO thing VALUES (1, 'a')`);
    const work = database.transaction(async (client) => {
      await client.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
      await client.query('SELECT * FROM thing');
      await database.pool.query(`UPDATE thing SET text = 'b'`);
      await client.query(`UPDATE thing SET text = 'c'`);
    });
    const error = await failureOf(work);
    expect(error).toMatchObject({ code: '40001' });
    expect(classifyPostgresError(error)).toBe('conflict');
  });

  it('rejects as unavailable when its connection is cut during a query', async () => {
    const work = database.transaction(async (client) => {
      const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      const cut = database.pool.query('SELECT pg_terminate_backend($1, 2000)', [rows[0]?.pid]);
      await Promise.all([client.query('SELECT pg_sleep(10)'), cut]);
    });
    const error = await failureOf(work);
    expect(describeError(error)).toMatchObject({ code: 'database_unavailable', retriable: true });
    expect(everythingOf(error)).not.toContain(server.password);
    await expect(database.ping()).resolves.toBeUndefined();
  });

  it('survives a connection that is cut between two queries of a transaction', async () => {
    const work = database.transaction(async (client) => {
      const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      const ended = new Promise((resolve) => client.once('end', resolve));
      await database.pool.query('SELECT pg_terminate_backend($1, 2000)', [rows[0]?.pid]);
      await ended;
      await client.query('SELECT 1');
    });
    expect(classifyPostgresError(await failureOf(work))).toBe('unavailable');
  });

  it.each(['fast', 'immediate'] as const)('goes on by itself after a %s stop of the server', async (mode) => {
    await database.ping();
    let stopped = Promise.resolve();
    const inHand = failureOf(
      database.transaction(async (client) => {
        const query = client.query('SELECT pg_sleep(10)');
        stopped = server.stop(mode);
        await query;
      }),
    );
    expect(classifyPostgresError(await inHand)).toBe('unavailable');
    // The session is cut before the server has ended.
    await stopped;
    const down = await failureOf(database.ping());
    expect(describeError(down)).toMatchObject({ code: 'database_unavailable' });
    expect(classifyPostgresError(await failureOf(database.dataSource.query('SELECT 1')))).toBe('unavailable');
    await server.start();
    await expect(database.ping()).resolves.toBeUndefined();
    await expect(database.dataSource.query('SELECT 1 AS one')).resolves.toEqual([{ one: 1 }]);
  });

  it('has never written the password to the log', () => {
    expect(lines.join('')).toContain('an idle connection to PostgreSQL was lost');
    expect(lines.join('')).not.toContain(server.password);
  });
});

function everythingOf(error: Error): string {
  const described: DescribedError = describeError(error);
  return `${JSON.stringify(described)} ${String(error)} ${error.stack}`;
}
