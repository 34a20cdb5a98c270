import { z } from 'zod';

/** Where a page of decisions ends: the next one begins behind it. */
export interface DecisionsCursor {
  readonly eventAt: Date;
  readonly resultId: string;
}

const CONTENT = /^(-?\d{1,15}) ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** Opaque to callers, so that it may change. */
export function encodeCursor({ eventAt, resultId }: DecisionsCursor): string {
  return Buffer.from(`${eventAt.getTime()} ${resultId}`, 'utf8').toString('base64url');
}

/** Reads what {@link encodeCursor} wrote, and nothing else. */
export const cursorSchema = z.string().transform((given, context): DecisionsCursor => {
  const [, eventAt, resultId] = CONTENT.exec(Buffer.from(given, 'base64url').toString('utf8')) ?? [];
  const cursor = { eventAt: new Date(Number(eventAt)), resultId: resultId ?? '' };
  if (resultId !== undefined && isEventTime(cursor.eventAt) && encodeCursor(cursor) === given) return cursor;
  context.issues.push({ code: 'custom', input: given, message: 'expected the nextCursor of a page before, unchanged' });
  return z.NEVER;
});

const EARLIEST = Date.parse('0000-01-01T00:00:00Z');
const LATEST = Date.parse('9999-12-31T23:59:59.999Z');

/** No event has another time, and PostgreSQL does not know all that JavaScript does. */
function isEventTime(time: Date): boolean {
  return time.getTime() >= EARLIEST && time.getTime() <= LATEST;
}
