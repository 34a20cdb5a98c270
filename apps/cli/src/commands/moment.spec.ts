import { momentFrom, resolveMoment } from './moment.js';

const NOW = new Date('2026-03-01T12:00:00Z');

describe('momentFrom', () => {
  it.each([
    ['2026-03-01T08:00:00Z', '2026-03-01T08:00:00.000Z'],
    ['2026-03-01T08:00Z', '2026-03-01T08:00:00.000Z'],
    ['2026-03-01T08:00:00.5+02:00', '2026-03-01T06:00:00.500Z'],
    ['2026-02-28', '2026-02-28T00:00:00.000Z'],
    ['90s', '2026-03-01T11:58:30.000Z'],
    ['15m', '2026-03-01T11:45:00.000Z'],
    ['2h', '2026-03-01T10:00:00.000Z'],
    ['3d', '2026-02-26T12:00:00.000Z'],
  ])('takes %s for %s', (text, expected) => {
    expect(new Date(resolveMoment(momentFrom(text), NOW)).toISOString()).toBe(expected);
  });

  it.each(['', 'yesterday', '2026-03-01T08:00:00', '2026-13-01', '10', '5w', '-1h', '1772366400'])(
    'refuses %j',
    (text) => {
      expect(() => momentFrom(text)).toThrow('or how long ago, such as 90s');
    },
  );
});
