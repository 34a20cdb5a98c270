const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** What `new Date` can hold without writing years of six digits. */
const MIN_MS = -62_167_219_200_000;
const MAX_MS = 253_402_300_799_999;

/**
 * Milliseconds since the epoch of an RFC 3339 time (`2013-01-01T09:15:00Z`, `…T04:15:00.25-05:00`), or undefined for
 * anything else: no zone, no seconds, 30 February. Digits beyond the millisecond are cut. A leap second is the first
 * moment of the next day, as in POSIX.
 */
export function parseEventTime(text: string): number | undefined {
  const match = RFC3339.exec(text);
  if (match === null) return undefined;
  const date = { year: Number(match[1]), month: Number(match[2]), day: Number(match[3]) };
  const clockMs = clockOf(Number(match[4]), Number(match[5]), Number(match[6]));
  const offsetMs = offsetOf(match[8], Number(match[9] ?? 0), Number(match[10] ?? 0));
  if (!isDate(date) || clockMs === undefined || offsetMs === undefined) return undefined;
  const wholeMs = daysSinceEpoch(date) * DAY_MS + clockMs - offsetMs;
  if (match[6] === '60') return wholeMs % DAY_MS === 0 ? inRange(wholeMs) : undefined;
  return inRange(wholeMs + fractionOf(match[7]));
}

/** Milliseconds since the epoch where they are given as such: a whole number between the years 0000 and 9999, or undefined. */
export function parseEpochMs(value: number): number | undefined {
  return Number.isSafeInteger(value) ? inRange(value) : undefined;
}

/** True for what {@link parseEventTime} can read. */
export function isEventTime(text: string): boolean {
  return parseEventTime(text) !== undefined;
}

function inRange(ms: number): number | undefined {
  return ms >= MIN_MS && ms <= MAX_MS ? ms : undefined;
}

function fractionOf(digits: string | undefined): number {
  return digits === undefined ? 0 : Number(digits.slice(0, 3).padEnd(3, '0'));
}

/** Second 60 is a leap second, if the rest agrees. */
function clockOf(hours: number, minutes: number, seconds: number): number | undefined {
  if (hours > 23 || minutes > 59 || seconds > 60) return undefined;
  return (hours * 60 + minutes) * MINUTE_MS + seconds * 1000;
}

function offsetOf(sign: string | undefined, hours: number, minutes: number): number | undefined {
  if (hours > 23 || minutes > 59) return undefined;
  const ms = (hours * 60 + minutes) * MINUTE_MS;
  return sign === '-' ? -ms : ms;
}

interface CivilDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

function isDate(date: CivilDate): boolean {
  return date.month >= 1 && date.month <= 12 && date.day >= 1 && date.day <= daysInMonth(date);
}

function daysInMonth({ year, month }: CivilDate): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Howard Hinnant, "chrono-compatible low-level date algorithms": `Date.UTC` would take the years 0 to 99 for 1900 to 1999. */
function daysSinceEpoch({ year, month, day }: CivilDate): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}
