import { PitwallError } from '@pitwall/contracts';
import { classifyPostgresError, type PostgresErrorClass, translateError } from './postgres-errors.js';

const withCode = (code: string): Error => Object.assign(new Error(`error ${code}`), { code });

describe('classifyPostgresError', () => {
  it.each<[PostgresErrorClass, string[]]>([
    ['row', ['22021', '22P02', '22003', '23505', '23514', '54000']],
    ['conflict', ['40001', '40P01', '55P03']],
    ['unavailable', ['08006', '57P01', '57P03', '57014', '53300', '58030', '28P01', '3D000', '25006', '25P03']],
    ['unavailable', ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN']],
    ['other', ['42P01', '42601', '0A000', 'ENOENT', '']],
  ])('%s: %j', (expected, codes) => {
    expect(codes.map((code) => classifyPostgresError(withCode(code)))).toEqual(codes.map(() => expected));
  });

  it.each([
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'timeout exceeded when trying to connect',
    'timeout expired',
    'Client has encountered a connection error and is not queryable',
    'Client was closed and is not queryable',
    'Query read timeout',
  ])('takes the driver at its word: %s', (message) => {
    expect(classifyPostgresError(new Error(message))).toBe('unavailable');
  });

  it('looks through causes and into aggregates', () => {
    const refused = new AggregateError([withCode('ECONNREFUSED')], '');
    expect(classifyPostgresError(new Error('outer', { cause: new Error('inner', { cause: withCode('23505') }) }))).toBe(
      'row',
    );
    expect(classifyPostgresError(refused)).toBe('unavailable');
  });

  it.each([undefined, null, 'text', { code: '23505' }, new Error('anything')])('is other for %p', (thrown) => {
    expect(classifyPostgresError(thrown)).toBe('other');
  });

  it('ends at a circle of causes', () => {
    const error = new Error('round');
    error.cause = error;
    expect(classifyPostgresError(error)).toBe('other');
  });
});

describe('translateError', () => {
  it('names the place and the reason of what is unavailable', () => {
    const cause = new AggregateError([withCode('ECONNREFUSED')], '');
    const error = translateError(cause, 'db:5432/pitwall');
    expect(error).toMatchObject({ code: 'database_unavailable', retriable: true, cause });
    expect(error).toHaveProperty(
      'message',
      expect.stringContaining('db:5432/pitwall cannot be used: error ECONNREFUSED'),
    );
    expect(classifyPostgresError(error)).toBe('unavailable');
  });

  it.each([withCode('23505'), new PitwallError('stale', { code: 'stale_claim', retriable: true }), 'text'])(
    'leaves %p as it is',
    (error) => {
      expect(translateError(error, 'db')).toBe(error);
    },
  );
});
