import { z } from 'zod';
import { didYouMean } from '../did-you-mean.js';
import type { FieldState } from '../event-fields.js';
import { parseEpochMs, parseEventTime } from '../event-time.js';
import { freeName } from '../files/free-name.js';
import { otherwise, violationOf, type CleaningRule, type RuleFinding } from './rule.js';
import { isTimeZone, zoneClock } from './zone-clock.js';

const NAME = 'derive-time';
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** From Thursday on: 1 January 1970 was one. */
const WEEKDAYS = ['thu', 'fri', 'sat', 'sun', 'mon', 'tue', 'wed'] as const;

/** What can be derived, each from what the zone's clocks and calendars show, in milliseconds as if it were UTC. */
const PARTS = {
  hour: (localMs: number) => Math.floor(modulo(localMs, DAY_MS) / HOUR_MS),
  'minute-of-day': (localMs: number) => Math.floor(modulo(localMs, DAY_MS) / MINUTE_MS),
  weekday: (localMs: number) => WEEKDAYS[modulo(Math.floor(localMs / DAY_MS), 7)] as string,
  month: (localMs: number) => new Date(localMs).getUTCMonth() + 1,
} as const;
type Part = keyof typeof PARTS;

const config = z.strictObject({
  rule: z.literal(NAME),
  from: z.string().min(1),
  format: z.enum(['rfc3339', 'epoch-ms']).default('rfc3339'),
  /** Of the IANA database. */
  zone: z.string().min(1),
  /** The part by the name of the new field. */
  into: z
    .record(freeName, z.enum(Object.keys(PARTS) as Part[]))
    .refine((into) => Object.keys(into).length > 0, 'one new field or more'),
  otherwise,
});
type DeriveTimeConfig = z.output<typeof config>;

/** The parts of a time that people live by: summer time and all. */
export const deriveTime: CleaningRule<DeriveTimeConfig> = {
  name: NAME,
  summary: 'Makes new fields of the parts of a time, as clocks and calendars in a time zone show them.',
  config,
  fields: ({ from }) => [{ field: from, path: ['from'] }],
  check({ from, format, zone, into }, { fields }) {
    const type = format === 'rfc3339' ? 'string' : 'number';
    const expected = `a field with a ${type}, as the format ${format} says`;
    const unreadable: RuleFinding[] = fields.allows(from, type) ? [] : [{ path: ['from'], got: from, expected }];
    const taken = Object.keys(into).filter((field) => fields.has(field));
    return [
      ...unreadable,
      ...(isTimeZone(zone) ? [] : [unknownZone(zone)]),
      ...taken.map((field) => ({ path: ['into', field], got: field, expected: 'a name that no field has yet' })),
    ];
  },
  after({ from, into, otherwise: unreadable }, fields) {
    const isAlwaysThere = fields.isAlwaysThere(from) && unreadable === 'reject';
    return fields.with(
      Object.entries(into).map(([field, part]): [string, FieldState] => {
        return [field, { types: new Set([part === 'weekday' ? 'string' : 'number']), isAlwaysThere }];
      }),
    );
  },
  compile({ from, format, zone, into, otherwise: unreadable }) {
    const offsetAt = zoneClock(zone);
    const parts = Object.entries(into).map(([field, part]) => ({ field, partOf: PARTS[part] }));
    const isRejected = unreadable === 'reject';
    const message = format === 'rfc3339' ? 'must be an RFC 3339 time with a zone' : 'must be milliseconds since 1970';
    return (record, notes) => {
      const value = record[from];
      const ms = format === 'rfc3339' ? msOfText(value) : msOfNumber(value);
      if (ms === undefined) {
        if (value != null && isRejected) return violationOf({ field: from, value, rule: NAME, message });
        for (const { field } of parts) {
          record[field] = null;
          if (value != null) notes.missing(field, NAME, value);
        }
        return undefined;
      }
      const localMs = ms + offsetAt(ms);
      for (const { field, partOf } of parts) record[field] = partOf(localMs);
      return undefined;
    };
  },
};

function unknownZone(zone: string): RuleFinding {
  const expected = 'a time zone of the IANA database such as America/New_York';
  return { path: ['zone'], got: zone, expected, didYouMean: didYouMean(zone, Intl.supportedValuesOf('timeZone')) };
}

const msOfText = (value: unknown): number | undefined =>
  typeof value === 'string' ? parseEventTime(value) : undefined;

const msOfNumber = (value: unknown): number | undefined =>
  typeof value === 'number' ? parseEpochMs(value) : undefined;

/** Never negative: there were days before 1970. */
function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}
