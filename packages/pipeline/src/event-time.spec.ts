import fc from 'fast-check';
import { parseEpochMs, parseEventTime } from './event-time.js';

describe('an event time as text', () => {
  it.each([
    ['2013-01-01T09:15:00Z', '2013-01-01T09:15:00.000Z'],
    ['2013-01-01t09:15:00z', '2013-01-01T09:15:00.000Z'],
    ['2013-01-01T04:15:00-05:00', '2013-01-01T09:15:00.000Z'],
    ['2013-12-31T23:30:00+05:45', '2013-12-31T17:45:00.000Z'],
    ['2013-01-01T09:15:00.25Z', '2013-01-01T09:15:00.250Z'],
    ['2013-01-01T09:15:00.123999999Z', '2013-01-01T09:15:00.123Z'],
    ['2012-02-29T00:00:00Z', '2012-02-29T00:00:00.000Z'],
    ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z'],
    ['2017-01-01T05:29:60.5+05:30', '2017-01-01T00:00:00.000Z'],
    ['0099-03-01T00:00:00Z', '0099-03-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  ])('reads %s', (text, expected) => {
    expect(new Date(parseEventTime(text) ?? Number.NaN).toISOString()).toBe(expected);
  });

  it.each([
    '',
    '2013-01-01',
    '2013-01-01T09:15:00',
    '2013-01-01 09:15:00Z',
    '2013-01-01T09:15Z',
    '2013-01-01T24:00:00Z',
    '2013-01-01T09:60:00Z',
    '2013-01-01T09:15:61Z',
    '2013-01-01T09:15:60Z',
    '2013-02-29T00:00:00Z',
    '1900-02-29T00:00:00Z',
    '2013-04-31T00:00:00Z',
    '2013-00-01T00:00:00Z',
    '2013-01-01T09:15:00+24:00',
    '2013-01-01T09:15:00.Z',
    '0000-01-01T00:00:00+00:01',
    ' 2013-01-01T09:15:00Z',
    '2013-01-01T09:15:00Z\n',
    '1357031700000',
  ])('refuses %j', (text) => {
    expect(parseEventTime(text)).toBeUndefined();
  });

  it('reads every time that a Date writes', () => {
    const date = fc.date({
      min: new Date('0000-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59.999Z'),
      noInvalidDate: true,
    });
    fc.assert(fc.property(date, (at) => expect(parseEventTime(at.toISOString())).toBe(at.getTime())));
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => expect([undefined]).toContain(parseEventTime(text))),
    );
  });
});

describe('an event time in milliseconds', () => {
  it.each([[0], [1_357_031_700_000], [-1]])('takes %d', (ms) => {
    expect(parseEpochMs(ms)).toBe(ms);
  });

  it.each([[0.5], [Number.NaN], [Number.POSITIVE_INFINITY], [1_357_031_700_000_000], [2 ** 53]])('refuses %d', (ms) => {
    expect(parseEpochMs(ms)).toBeUndefined();
  });
});
