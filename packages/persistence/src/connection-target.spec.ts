import { parseTarget, withSessionOptions } from './connection-target.js';

const session = { schema: 'results', statementTimeoutMs: 1_000, lockTimeoutMs: 500 };

describe('parseTarget', () => {
  it.each([
    ['postgres://me:secret@db.example:6432/pitwall', 'db.example:6432/pitwall'],
    ['postgresql://me@127.0.0.1/pitwall?sslmode=require', '127.0.0.1:5432/pitwall'],
  ])('says where %s is, without the secret', (url, place) => {
    expect(parseTarget(url, 'results')).toEqual({ place, schema: 'results' });
  });

  it.each(['Results', 'a-b', '1a', '', 'a"; DROP SCHEMA public; --', 'a'.repeat(64)])(
    'refuses the schema %j',
    (schema) => {
      expect(() => parseTarget('postgres://me@db/pitwall', schema)).toThrow(
        expect.objectContaining({ code: 'invalid_schema' }),
      );
    },
  );
});

describe('withSessionOptions', () => {
  it('adds our settings and keeps everything else', () => {
    const url = new URL(withSessionOptions('postgres://me:p%40ss@db:6432/pitwall?sslmode=require', session));
    expect(url.password).toBe('p%40ss');
    expect(url.searchParams.get('sslmode')).toBe('require');
    expect(url.searchParams.get('options')).toContain('-c synchronous_commit=on');
    expect(url.searchParams.get('options')).toContain('-c search_path=results');
  });

  it('comes after settings that are there, and so wins over them', () => {
    const given = 'postgres://me@db/pitwall?options=-c%20synchronous_commit%3Doff%20-c%20work_mem%3D1MB';
    const options = new URL(withSessionOptions(given, session)).searchParams.get('options') ?? '';
    expect(options.indexOf('synchronous_commit=on')).toBeGreaterThan(options.indexOf('synchronous_commit=off'));
    expect(options).toContain('work_mem=1MB');
  });
});
