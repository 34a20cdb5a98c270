import { z } from 'zod';

/** Where a page ends that is sorted by a time and then by an id: the next one begins behind it. */
export interface PageCursor {
  readonly at: Date;
  /** A uuid in lower case. */
  readonly id: string;
}

const CONTENT = /^(-?\d{1,15}) ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** Opaque to callers, so that it may change. */
export function encodeCursor({ at, id }: PageCursor): string {
  return Buffer.from(`${at.getTime()} ${id}`, 'utf8').toString('base64url');
}

/** Reads what {@link encodeCursor} wrote, and nothing else. */
export const cursorSchema = z.string().transform((given, context): PageCursor => {
  const [, at, id] = CONTENT.exec(Buffer.from(given, 'base64url').toString('utf8')) ?? [];
  const cursor = { at: new Date(Number(at)), id: id ?? '' };
  if (id !== undefined && isStorable(cursor.at) && encodeCursor(cursor) === given) return cursor;
  context.issues.push({ code: 'custom', input: given, message: 'expected the nextCursor of a page before, unchanged' });
  return z.NEVER;
});

const EARLIEST = Date.parse('0000-01-01T00:00:00Z');
const LATEST = Date.parse('9999-12-31T23:59:59.999Z');

/** PostgreSQL does not know every time that JavaScript does. */
function isStorable(time: Date): boolean {
  return time.getTime() >= EARLIEST && time.getTime() <= LATEST;
}
