const FIRST_MS = 100;
const MAX_MS = 10_000;

/** Delay before the next try, in ms: 100 after the first failure, doubled by each further one, at most 10 s. */
export function backoffMs(failures: number): number {
  return Math.min(FIRST_MS * 2 ** Math.max(failures - 1, 0), MAX_MS);
}
