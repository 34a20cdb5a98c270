import { requestIdOf } from './ids.js';

describe('requestIdOf', () => {
  it('keeps the harmless id of a caller', () => {
    expect(requestIdOf('req-17:a.b_c')).toBe('req-17:a.b_c');
  });

  it.each([undefined, '', 'two words', 'new\nline', 'a'.repeat(129), ['a', 'b']])('makes a new one for %j', (given) => {
    const id = requestIdOf(given);
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(requestIdOf(given)).not.toBe(id);
  });
});
