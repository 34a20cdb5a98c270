const FIRST_MS = 100;
const LONGEST_MS = 10_000;

/**
 * How long to wait before the next start of a child, in milliseconds, by the number of its ends since it last did its work.
 * The first replacement comes at once.
 */
export function restartDelayMs(endsInARow: number): number {
  return endsInARow <= 1 ? 0 : Math.min(LONGEST_MS, FIRST_MS * 2 ** (endsInARow - 2));
}
