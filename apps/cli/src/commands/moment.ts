import { InvalidArgumentError } from 'commander';

/** A point in time as it is typed: itself, or how long ago. */
export type Moment = { readonly kind: 'at'; readonly ms: number } | { readonly kind: 'ago'; readonly ms: number };

const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const AGO = /^(\d{1,6})([smhd])$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const RFC_3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;

/** How a moment is typed, for the descriptions of options. */
export const MOMENT_SYNTAX = 'RFC 3339, a date (UTC), or how long ago: 90s, 15m, 2h, 3d';

/** Reads a moment. @throws InvalidArgumentError saying what is expected */
export function momentFrom(text: string): Moment {
  const [, amount, unit = ''] = AGO.exec(text) ?? [];
  if (amount !== undefined) return { kind: 'ago', ms: Number(amount) * (UNIT_MS[unit] ?? Number.NaN) };
  const ms = DATE.test(text) || RFC_3339.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(ms)) return { kind: 'at', ms };
  throw new InvalidArgumentError(
    `Got ${JSON.stringify(text)}, expected a time such as 2026-03-01T08:00:00Z, a date such as 2026-03-01, or how long ago, such as 90s, 15m, 2h or 3d.`,
  );
}

/** The moment in milliseconds since the epoch. */
export function resolveMoment({ kind, ms }: Moment, now: Date): number {
  return kind === 'at' ? ms : now.getTime() - ms;
}
