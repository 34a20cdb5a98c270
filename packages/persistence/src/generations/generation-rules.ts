/** A day of the calendar in UTC by the database's clock, `2026-11-23`. */
export type Day = string;

/** A retention is made of so many generations: more would be more indexes to look a duplicate up in, fewer more rows beyond it. */
const PARTS = 4;
const DAY_MS = 86_400_000;
const DAY_CHARACTERS = 10;

/** How long a generation lasts, days, so that a retention of `retentionDays` (1 or more) is about four of them. */
export function generationDays(retentionDays: number): number {
  return Math.ceil(retentionDays / PARTS);
}

/** Whether `today` the generation that began on `newest` is to be followed by another. A clock that was set back begins none. */
export function isDue(newest: Day, today: Day, retentionDays: number): boolean {
  return daysBetween(newest, today) >= generationDays(retentionDays);
}

/** A generation of which no row is younger than the retention. */
export interface Expired {
  readonly startsOn: Day;
  /** When its successor began: all of its rows were written before the end of that day's first transaction. */
  readonly endedOn: Day;
}

/**
 * Those of the generations (by the day they began on, ascending) whose rows are all older than `retentionDays`: a row may have been
 * written until the next one began. The newest is never among them, whatever its age.
 */
export function expiredGenerations(generations: readonly Day[], today: Day, retentionDays: number): Expired[] {
  return generations.flatMap((startsOn, at) => {
    const endedOn = generations[at + 1];
    return endedOn !== undefined && daysBetween(endedOn, today) > retentionDays ? [{ startsOn, endedOn }] : [];
  });
}

/**
 * The day on which the oldest of the generations can be dropped; while it is the only one, the day if its successor begins on time.
 * Null where there is none.
 */
export function nextDropOn(generations: readonly Day[], retentionDays: number): Day | null {
  const [oldest, successor] = generations;
  if (oldest === undefined) return null;
  const endedOn = successor ?? daysAfter(oldest, generationDays(retentionDays));
  return daysAfter(endedOn, retentionDays + 1);
}

function daysAfter(day: Day, days: number): Day {
  return new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, DAY_CHARACTERS);
}

/** Whole days from one day to another; negative where the second is earlier. */
export function daysBetween(from: Day, to: Day): number {
  return (Date.parse(to) - Date.parse(from)) / DAY_MS;
}
