const HOUR_MS = 3_600_000;
/** Six weeks of hours: events in order look each of them up once. */
const CACHED_HOURS = 1024;
const OFFSET = /^GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/;

/** Milliseconds to add to a moment (milliseconds since 1970 in UTC) for the time that clocks in the zone show. */
export type ZoneClock = (ms: number) => number;

/**
 * The clock of an IANA time zone, after the tz database that Node brings. Asking `Intl` costs microseconds, so the offset is
 * kept for each hour that has one from its beginning to the next; in an hour with a change `Intl` is asked every time. The
 * store has a fixed size, whatever times come. Throws a RangeError for a zone that is none.
 */
export function zoneClock(zone: string): ZoneClock {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  const ask: ZoneClock = (ms) => offsetOf(format.formatToParts(ms));
  const hours = new Float64Array(CACHED_HOURS).fill(Number.NaN);
  const offsets = new Int32Array(CACHED_HOURS);
  return (ms) => {
    const hour = Math.floor(ms / HOUR_MS);
    const slot = hour & (CACHED_HOURS - 1);
    if (hours[slot] === hour) return offsets[slot] as number;
    const offset = ask(hour * HOUR_MS);
    if (ask((hour + 1) * HOUR_MS) !== offset) return ask(ms);
    hours[slot] = hour;
    offsets[slot] = offset;
    return offset;
  };
}

/** True for what {@link zoneClock} takes: a name of the tz database, but no bare offset such as `+05:00`. */
export function isTimeZone(zone: string): boolean {
  try {
    Intl.DateTimeFormat('en-US', { timeZone: zone });
    return /^[A-Za-z]/.test(zone);
  } catch {
    return false;
  }
}

function offsetOf(parts: readonly Intl.DateTimeFormatPart[]): number {
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const match = OFFSET.exec(name);
  if (match === null) throw new Error(`Intl wrote a zone's offset as ${JSON.stringify(name)}, expected GMT-05:00.`);
  const [, sign, hours = 0, minutes = 0, seconds = 0] = match;
  const ms = Number(hours) * HOUR_MS + Number(minutes) * 60_000 + Number(seconds) * 1000;
  return sign === '-' ? -ms : ms;
}
