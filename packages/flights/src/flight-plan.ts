import type { ReasonCode } from '@pitwall/contracts';
import { Delayed } from './delayed.js';
import type { Flight } from './flight.js';
import { type Draft, draftOf, POISON } from './poison.js';
import { type Random, randomAt, wholeBelow } from './random.js';

/** How much noise a replay adds to the events, each from 0 to 1, per flight. */
export interface Noise {
  readonly seed: number;
  readonly duplicateShare: number;
  readonly poisonShare: number;
  /** Sent hours after its time, see {@link HELD_BACK_MS}. */
  readonly heldBackShare: number;
  /** Overtaken by flights of the next minutes, see {@link REORDERED_MS}. */
  readonly reorderedShare: number;
}

/** The noise of the demo: what a mediocre producer does. */
export const NOISE = { duplicateShare: 0.05, poisonShare: 0.005, heldBackShare: 0.01, reorderedShare: 0.03 } as const;

/** A redelivery comes at most this many flights after its original. */
export const MAX_DUPLICATE_DISTANCE = 200;

const MINUTE_MS = 60_000;

/** By how much an event is held back, in event time: more than the hour that a pipeline allows as a rule. */
export const HELD_BACK_MS = { from: 120 * MINUTE_MS, to: 480 * MINUTE_MS } as const;

/** By how much an event is overtaken, in event time: less than that hour. */
export const REORDERED_MS = { from: MINUTE_MS, to: 45 * MINUTE_MS } as const;

/** One record to publish, in the order of publishing. */
export interface PlannedRecord {
  readonly kind: 'event' | 'duplicate' | 'poison';
  /** The flight in whose turn it is sent: a duplicate's original, or an event that was held back, is an earlier one. */
  readonly turn: Flight;
  readonly draft: Draft;
  /** What is expected to become of it; null: a decision, or a duplicate of one. */
  readonly expectedReason: ReasonCode | null;
}

/** Streams of random numbers beside that of the duplicates. */
const POISON_STREAM = 1;
const DELAY_STREAM = 2;

/**
 * Makes events of flights and mixes noise into them: duplicates, poison, events that come late. The choices hang on the seed and
 * the flight's place in the data set alone, so a replay that goes on in the middle makes the records of one that never stopped.
 * For that it has to be given the flights before again, those of the last {@link MAX_DUPLICATE_DISTANCE} and of the last hours
 * ({@link HELD_BACK_MS}): what it makes of their turns is not sent again, only what is still to come of them.
 */
export class FlightPlan {
  readonly #noise: Noise;
  /** By the flight in whose turn they are sent. */
  readonly #duplicates = new Map<number, PlannedRecord[]>();
  readonly #delayed = new Delayed<readonly PlannedRecord[]>();

  constructor(noise: Noise) {
    this.#noise = noise;
  }

  /** The records of a flight's turn. Ask for each flight once, in their order. */
  turnOf(flight: Flight): readonly PlannedRecord[] {
    // Before the flight itself: nothing that is sent so far is newer than what was due until now.
    const released = this.#delayed.takeDue(flight.eventTimeMs).flat();
    const own = this.#ownOf(flight);
    const duplicates = this.#duplicates.get(flight.index) ?? [];
    this.#duplicates.delete(flight.index);
    return [...released, ...own, ...duplicates].map((record) => ({ ...record, turn: flight }));
  }

  /** What is still to come when there are no more flights; in the turns of the flights that it is about. */
  rest(): readonly PlannedRecord[] {
    const delayed = this.#delayed.takeDue(Infinity).flat();
    const duplicates = [...this.#duplicates.values()].flat();
    this.#duplicates.clear();
    return [...delayed, ...duplicates];
  }

  /** The flight's event and the poison behind it, unless they are sent later. */
  #ownOf(flight: Flight): readonly PlannedRecord[] {
    const event: PlannedRecord = { kind: 'event', turn: flight, draft: draftOf(flight), expectedReason: null };
    const poison = poisonAfter(flight, this.#noise);
    const own = poison === null ? [event] : [event, poison];
    const delayMs = delayOf(flight, this.#noise);
    if (delayMs === 0) {
      this.#scheduleDuplicate(event);
      return own;
    }
    // No duplicate: coming before its original it would be the event, and in time.
    this.#delayed.add(flight.eventTimeMs + delayMs, own);
    return [];
  }

  #scheduleDuplicate(event: PlannedRecord): void {
    const random = randomAt(this.#noise.seed, event.turn.index);
    if (random() >= this.#noise.duplicateShare) return;
    const at = event.turn.index + 1 + wholeBelow(random, MAX_DUPLICATE_DISTANCE);
    const planned = this.#duplicates.get(at) ?? [];
    planned.push({ ...event, kind: 'duplicate' });
    this.#duplicates.set(at, planned);
  }
}

/** By how much a flight's event comes after its time, in milliseconds; 0 as a rule. */
function delayOf(flight: Flight, { seed, heldBackShare, reorderedShare }: Noise): number {
  const random: Random = randomAt(seed ^ DELAY_STREAM, flight.index);
  const choice = random();
  if (choice < heldBackShare) return between(random, HELD_BACK_MS);
  return choice < heldBackShare + reorderedShare ? between(random, REORDERED_MS) : 0;
}

function between(random: Random, { from, to }: { readonly from: number; readonly to: number }): number {
  return from + wholeBelow(random, to - from + 1);
}

function poisonAfter(flight: Flight, noise: Noise): PlannedRecord | null {
  const random: Random = randomAt(noise.seed ^ POISON_STREAM, flight.index);
  if (random() >= noise.poisonShare) return null;
  const poison = POISON[wholeBelow(random, POISON.length)];
  if (poison === undefined) return null;
  return { kind: 'poison', turn: flight, draft: poison.make(flight, random), expectedReason: poison.reason };
}
