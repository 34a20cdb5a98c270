import { parseBroker, parseDatabaseUrl, withoutPassword } from './addresses.js';

describe('parseBroker', () => {
  it.each([
    ['127.0.0.1:9092', { host: '127.0.0.1', port: 9092 }],
    ['broker-1.example:19092', { host: 'broker-1.example', port: 19092 }],
    ['[::1]:9092', { host: '::1', port: 9092 }],
  ])('reads %s', (text, address) => {
    expect(parseBroker(text)).toEqual(address);
  });

  it.each(['', 'localhost', 'localhost:', 'localhost:0', 'localhost:99999', 'http://localhost:9092'])(
    'refuses %j and shows the form',
    (text) => {
      expect(() => parseBroker(text)).toThrow(
        `Got ${JSON.stringify(text)} as the address of a Kafka broker; expected host:port`,
      );
    },
  );
});

describe('parseDatabaseUrl', () => {
  it.each([
    ['postgresql://u:p@db:15432/x', { host: 'db', port: 15432 }],
    ['postgres://db/x', { host: 'db', port: 5432 }],
    ['postgresql://u@[::1]:5433/x', { host: '::1', port: 5433 }],
  ])('reads %s', (text, address) => {
    expect(parseDatabaseUrl(text)).toEqual(address);
  });

  it.each(['', 'secret', 'mysql://u:secret@db/x'])('refuses %j without repeating it', (text) => {
    expect(() => parseDatabaseUrl(text)).toThrow(/^The database URL cannot be read(?!.*secret)/);
  });
});

describe('withoutPassword', () => {
  it('hides the password and keeps the rest', () => {
    expect(withoutPassword('postgresql://u:secret@db:1/x')).toBe('postgresql://u:***@db:1/x');
    expect(withoutPassword('postgresql://u@db:1/x')).toBe('postgresql://u@db:1/x');
  });
});
