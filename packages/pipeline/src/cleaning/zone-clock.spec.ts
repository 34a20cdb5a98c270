import fc from 'fast-check';
import { isTimeZone, zoneClock } from './zone-clock.js';

/** What a clock in the zone shows, by `Intl` as it is meant to be used: in parts, and without an offset. */
function shownIn(zone: string): (ms: number) => string {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
  return (ms) => format.format(ms);
}

/** The same of a moment that has been shifted by the zone's offset. */
const shownInUtc = shownIn('UTC');

const ZONES = [
  'America/New_York',
  'Europe/London',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'America/St_Johns',
  'Africa/Casablanca',
  'Pacific/Apia',
  'UTC',
];
const SECOND = 1000;
const HOUR = 3600 * SECOND;
const toSecond = (ms: number): number => Math.floor(ms / SECOND) * SECOND;

describe.each(ZONES)('the clock of %s', (zone) => {
  const clock = zoneClock(zone);
  const shown = shownIn(zone);
  const expectToShow = (ms: number): void => expect(shownInUtc(ms + clock(ms))).toBe(shown(ms));

  it('shows what clocks there show, at any time since 1900 and in any order', () => {
    const moments = fc.date({ min: new Date('1900-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });
    fc.assert(fc.property(moments, (at) => expectToShow(toSecond(at.getTime()))));
  });

  it('shows it around every change of the year, to the second, whether it was asked for the hour before or not', () => {
    const start = Date.UTC(2013, 0, 1);
    for (let hour = start; hour < Date.UTC(2014, 0, 1); hour += HOUR) {
      if (clock(hour) === clock(hour + HOUR)) continue;
      for (let ms = hour - HOUR; ms <= hour + 2 * HOUR; ms += 100 * SECOND) expectToShow(ms);
      expectToShow(hour + HOUR - SECOND);
    }
  });
});

it('changes to summer time and back at the second', () => {
  const offsetAt = zoneClock('America/New_York');
  const hours = (time: string): number => offsetAt(Date.parse(time)) / HOUR;
  expect(hours('2013-03-10T06:59:59.999Z')).toBe(-5);
  expect(hours('2013-03-10T07:00:00Z')).toBe(-4);
  expect(hours('2013-11-03T05:59:59.999Z')).toBe(-4);
  expect(hours('2013-11-03T06:00:00Z')).toBe(-5);
});

it('changes in the middle of an hour where the zone does', () => {
  const offsetAt = zoneClock('Australia/Lord_Howe');
  const change = Date.parse('2020-10-03T15:30:00Z');
  expect([offsetAt(change - 1), offsetAt(change), offsetAt(change - 1)]).toEqual([10.5 * HOUR, 11 * HOUR, 10.5 * HOUR]);
});

it('knows the seconds of the time before railways', () => {
  expect(zoneClock('America/New_York')(Date.UTC(1850, 0, 1))).toBe(-(4 * HOUR + 56 * 60 * SECOND + 2 * SECOND));
});

it('does not take one hour for another that falls on its place in the store', () => {
  const offsetAt = zoneClock('America/New_York');
  const winter = Date.UTC(2013, 1, 20);
  const summer = winter + 1024 * HOUR;
  expect([winter, summer, winter].map((ms) => offsetAt(ms) / HOUR)).toEqual([-5, -4, -5]);
});

it.each(['America/New_York', 'UTC', 'Asia/Calcutta', 'US/Eastern'])('knows the zone %s', (zone) => {
  expect(isTimeZone(zone)).toBe(true);
});

it.each(['', 'New York', 'America/NewYork', '+05:00', '-05:00', 'local'])('knows no zone %j', (zone) => {
  expect(isTimeZone(zone)).toBe(false);
});
