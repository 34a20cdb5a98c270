import type { ReasonCode } from '@pitwall/contracts';
import type { Flight } from './flight.js';
import { type Draft, draftOf, POISON } from './poison.js';
import { type Random, randomAt, wholeBelow } from './random.js';

/** How much noise a replay adds, each from 0 to 1, per flight. */
export interface Noise {
  readonly seed: number;
  readonly duplicateShare: number;
  readonly poisonShare: number;
}

/** The noise of the demo: what a mediocre producer does. */
export const NOISE = { duplicateShare: 0.05, poisonShare: 0.005 } as const;

/** A redelivery comes at most this many flights after its original. */
export const MAX_DUPLICATE_DISTANCE = 200;

/** One record to publish, in the order of publishing. */
export interface PlannedRecord {
  readonly kind: 'event' | 'duplicate' | 'poison';
  /** The flight in whose turn it is sent: a duplicate's original is an earlier one. */
  readonly turn: Flight;
  readonly draft: Draft;
  /** What is expected to become of it; null: a decision, or a duplicate of one. */
  readonly expectedReason: ReasonCode | null;
}

const POISON_STREAM = 1;

/**
 * Mixes duplicates and poison into flights. The choices hang on the seed and the flight's place in the data set alone, so a
 * replay that starts at `startIndex` makes the same records as one that passes it. For that it must be given the
 * {@link MAX_DUPLICATE_DISTANCE} flights before `startIndex` too: they are not sent again, only their duplicates that are
 * still to come.
 */
export async function* planReplay(
  flights: AsyncIterable<Flight>,
  noise: Noise,
  startIndex: number,
): AsyncGenerator<PlannedRecord> {
  const due = new Map<number, PlannedRecord[]>();
  for await (const flight of flights) {
    const event: PlannedRecord = { kind: 'event', turn: flight, draft: draftOf(flight), expectedReason: null };
    scheduleDuplicate(event, noise, due);
    const duplicates = due.get(flight.index) ?? [];
    due.delete(flight.index);
    if (flight.index < startIndex) continue;
    yield event;
    const poison = poisonAfter(flight, noise);
    if (poison !== null) yield poison;
    for (const duplicate of duplicates) yield { ...duplicate, turn: flight };
  }
  // The stream has ended: what was still to come again comes now.
  for (const duplicates of due.values()) yield* duplicates;
}

function scheduleDuplicate(event: PlannedRecord, noise: Noise, due: Map<number, PlannedRecord[]>): void {
  const random = randomAt(noise.seed, event.turn.index);
  if (random() >= noise.duplicateShare) return;
  const at = event.turn.index + 1 + wholeBelow(random, MAX_DUPLICATE_DISTANCE);
  const planned = due.get(at) ?? [];
  planned.push({ ...event, kind: 'duplicate' });
  due.set(at, planned);
}

function poisonAfter(flight: Flight, noise: Noise): PlannedRecord | null {
  const random: Random = randomAt(noise.seed ^ POISON_STREAM, flight.index);
  if (random() >= noise.poisonShare) return null;
  const poison = POISON[wholeBelow(random, POISON.length)];
  if (poison === undefined) return null;
  return { kind: 'poison', turn: flight, draft: poison.make(flight, random), expectedReason: poison.reason };
}
