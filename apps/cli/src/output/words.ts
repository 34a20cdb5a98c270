const NUMBER = new Intl.NumberFormat('en-US');
const SECONDS_PER_MINUTE = 60;
const MINUTES_PER_HOUR = 60;
const HOURS_PER_DAY = 24;

/** A count with separators: 1,234. */
export function count(value: number): string {
  return NUMBER.format(value);
}

/** A count and what is counted: `1 record`, `2 records`. */
export function counted(value: number, what: string): string {
  return `${count(value)} ${what}${value === 1 ? '' : 's'}`;
}

/** Seconds as a person says them: `0.3 s`, `42 s`, `3 min`, `5 h`, `2 d`. */
export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 2 * SECONDS_PER_MINUTE) return `${Math.round(seconds)} s`;
  const minutes = seconds / SECONDS_PER_MINUTE;
  if (minutes < 2 * MINUTES_PER_HOUR) return `${Math.round(minutes)} min`;
  const hours = minutes / MINUTES_PER_HOUR;
  return hours < 2 * HOURS_PER_DAY ? `${Math.round(hours)} h` : `${Math.round(hours / HOURS_PER_DAY)} d`;
}

/** A point in time, milliseconds since the epoch, as RFC 3339. */
export function iso(ms: number): string {
  return new Date(ms).toISOString();
}

/** A share of 1 in percent: `81.2 %`. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

const CONTROL = /[\p{Cc}\p{Cf}\p{Cs}]/gu;

/** Text of others, made safe for a terminal: without control characters, at most so many characters long. */
export function printable(text: string, maxCharacters = 200): string {
  const cut = text.length > maxCharacters ? `${text.slice(0, maxCharacters - 1)}…` : text;
  return cut.replaceAll(CONTROL, (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16).padStart(4, '0');
    return `\\u${code}`;
  });
}
