import { type Cursor, type Flight, LOOK_BACK_MS } from '@pitwall/flights';
import type { ReplayProgress } from '../replay/progress.js';

/** 1 April 2013, 00:00 in New York: the champion has seen January to March. */
export const DEFAULT_FROM_MS = Date.UTC(2013, 3, 1, 4);

/** Where a replay begins, and what it hangs on. */
export interface ReplayStart {
  /** Event time of the first flight that this replay, or an earlier one that it goes on with, has sent. */
  readonly fromMs: number;
  /** From where on flights and labels have to be read: a little before what is sent first. */
  readonly readFromMs: number;
  /** What is sent first. */
  readonly cursor: Cursor;
  readonly seed: number;
  /** True where an earlier run is gone on with. */
  readonly isContinued: boolean;
}

const BEGINNING: Cursor = { flight: 0, label: 0 };

/** What was asked for, and how far an earlier run has come. A given start wins over the earlier run. */
export function replayStart(
  asked: { readonly fromMs: number | null; readonly seed: number | null },
  progress: ReplayProgress | null,
): ReplayStart {
  const seed = asked.seed ?? progress?.seed ?? 1;
  if (asked.fromMs !== null || progress === null) {
    const fromMs = asked.fromMs ?? DEFAULT_FROM_MS;
    return { fromMs, readFromMs: fromMs, cursor: BEGINNING, seed, isContinued: false };
  }
  const readFromMs = Date.parse(progress.eventTime) - LOOK_BACK_MS;
  return { fromMs: Date.parse(progress.from), readFromMs, cursor: progress.next, seed, isContinued: true };
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
