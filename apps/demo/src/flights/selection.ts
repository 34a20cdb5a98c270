import { type Flight, MAX_DUPLICATE_DISTANCE } from '@pitwall/flights';
import type { ReplayProgress } from '../replay/progress.js';

/** 1 April 2013, 00:00 in New York: the champion has seen January to March. */
export const DEFAULT_FROM_MS = Date.UTC(2013, 3, 1, 4);

/** Where a replay begins and ends, and what it hangs on. */
export interface ReplayStart {
  /** The first line to be sent; lines are read from a little before it. */
  readonly startIndex: number;
  readonly readFromIndex: number;
  readonly fromMs: number;
  readonly seed: number;
  /** True where an earlier run is gone on with. */
  readonly isContinued: boolean;
}

/** What was asked for, and how far an earlier run has come. A given start wins over the earlier run. */
export function replayStart(
  asked: { readonly fromMs: number | null; readonly seed: number | null },
  progress: ReplayProgress | null,
): ReplayStart {
  const seed = asked.seed ?? progress?.seed ?? 1;
  if (asked.fromMs !== null || progress === null) {
    return { startIndex: 0, readFromIndex: 0, fromMs: asked.fromMs ?? DEFAULT_FROM_MS, seed, isContinued: false };
  }
  const readFromIndex = Math.max(0, progress.nextIndex - MAX_DUPLICATE_DISTANCE);
  return { startIndex: progress.nextIndex, readFromIndex, fromMs: -Infinity, seed, isContinued: true };
}

/** The flights up to `count` of those from `startIndex` on; all where `count` is null. */
export async function* takeFlights(
  flights: AsyncIterable<Flight>,
  { startIndex, count }: { readonly startIndex: number; readonly count: number | null },
): AsyncGenerator<Flight> {
  let left = count ?? Infinity;
  for await (const flight of flights) {
    yield flight;
    if (flight.index >= startIndex) left -= 1;
    if (left <= 0) return;
  }
}
