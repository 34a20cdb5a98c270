import { FlightPlan, type Noise, type PlannedRecord } from './flight-plan.js';
import type { Flight } from './flight.js';
import { type LabelNoise, LabelPlan, type PlannedFeedback } from './label-plan.js';
import type { Label } from './label.js';

/** Where a replay goes on: the first lines of the flights and of the labels whose turn has not come. */
export interface Cursor {
  readonly flight: number;
  readonly label: number;
}

/** What is sent at one moment of the replay: at a flight's event time, or when a label became known. Never empty. */
export interface Turn {
  /** Event time, milliseconds since the epoch. */
  readonly atMs: number;
  readonly events: readonly PlannedRecord[];
  readonly feedback: readonly PlannedFeedback[];
  /** Where a replay goes on that has sent this turn and all before it. */
  readonly next: Cursor;
}

/** Flights and labels of a replay, each in the order of the data set. */
export interface TurnSources {
  /** Those before the start as well, as far back as {@link LOOK_BACK_MS}; none that the replay does not send. */
  readonly flights: AsyncIterable<Flight>;
  /** From the first flight's time on, or as far back as {@link LOOK_BACK_MS} before the start. */
  readonly labels: AsyncIterable<Label>;
}

/** How to replay. */
export interface TurnOptions {
  readonly noise: Noise & LabelNoise;
  /** Source of the events. */
  readonly source: string;
  /** Turns before it are not yielded. */
  readonly start: Cursor;
  /** What becomes of labels that are not known yet when the last flight is sent: they follow, or a later replay sends them. */
  readonly labelsAfterEnd: 'sent' | 'left';
}

const HOUR_MS = 3_600_000;

/**
 * How far before its start a replay that goes on has to read: a label comes at most 33.7 hours after its event, and a
 * correction 6 hours after that; a duplicate, 200 flights later, after 17 hours.
 */
export const LOOK_BACK_MS = 48 * HOUR_MS;

/**
 * Interleaves flights and their labels by event time: a label comes when the clock of the replay passes the moment at which it
 * became known, after the flights of the same moment. Only labels of flights that are among `flights` are sent.
 */
export async function* planTurns({ flights, labels }: TurnSources, options: TurnOptions): AsyncGenerator<Turn> {
  const { noise, start, labelsAfterEnd } = options;
  const plan = new FlightPlan(noise);
  const labelTurns = new LabelTurns(labels, options);
  let flightNext = start.flight;
  let lastMs = -Infinity;
  const turnOf = (atMs: number, records: Partial<Pick<Turn, 'events' | 'feedback'>>): Turn => {
    const next = { flight: flightNext, label: labelTurns.next };
    return { atMs, events: [], feedback: [], ...records, next };
  };
  try {
    for await (const flight of flights) {
      for (let due = await labelTurns.before(flight); due !== null; due = await labelTurns.before(flight)) {
        yield turnOf(due.atMs, due);
      }
      labelTurns.expect(flight);
      lastMs = flight.eventTimeMs;
      const events = plan.turnOf(flight);
      if (flight.index < start.flight) continue;
      flightNext = flight.index + 1;
      if (events.length > 0) yield turnOf(flight.eventTimeMs, { events });
    }
    const events = plan.rest();
    if (events.length > 0) yield turnOf(lastMs, { events });
    if (labelsAfterEnd === 'left') return;
    for await (const due of labelTurns.rest()) yield turnOf(due.atMs, due);
  } finally {
    await labelTurns.close();
  }
}

type LabelTurn = Pick<Turn, 'atMs' | 'feedback'>;

/** The turns of the labels, taken one by one as the flights pass. */
class LabelTurns {
  readonly #labels: AsyncIterator<Label>;
  readonly #plan: LabelPlan;
  readonly #start: number;
  /** Flights whose label has not come. */
  readonly #awaiting = new Map<string, Flight>();
  /** Read, and its turn has not come; null at the end of the labels. */
  #waiting: Label | null | undefined;
  #next: number;
  /** When the label of the last turn became known. */
  #atMs = -Infinity;

  constructor(labels: AsyncIterable<Label>, { noise, source, start }: TurnOptions) {
    this.#labels = labels[Symbol.asyncIterator]();
    this.#plan = new LabelPlan(noise, source);
    this.#start = start.label;
    this.#next = start.label;
  }

  /** The first line whose turn has not come. */
  get next(): number {
    return this.#next;
  }

  /** The label of this flight is to be sent. */
  expect(flight: Flight): void {
    this.#awaiting.set(flight.id, flight);
  }

  /** The next turn before a flight's event time; null where there is none. */
  async before({ eventTimeMs }: Pick<Flight, 'eventTimeMs'>): Promise<LabelTurn | null> {
    for (;;) {
      const label = await this.#peek();
      if (label === null || label.knownMs >= eventTimeMs) return null;
      const feedback = this.#take(label);
      if (feedback.length > 0) return { atMs: this.#atMs, feedback };
    }
  }

  /** The turns that are left, until every flight has its label. */
  async *rest(): AsyncGenerator<LabelTurn> {
    while (this.#awaiting.size > 0) {
      const label = await this.#peek();
      if (label === null) break;
      const feedback = this.#take(label);
      if (feedback.length > 0) yield { atMs: this.#atMs, feedback };
    }
    const feedback = this.#plan.rest();
    if (feedback.length > 0) yield { atMs: this.#atMs, feedback };
  }

  async close(): Promise<void> {
    await this.#labels.return?.();
  }

  async #peek(): Promise<Label | null> {
    if (this.#waiting === undefined) {
      const { value, done } = await this.#labels.next();
      this.#waiting = done === true ? null : value;
    }
    return this.#waiting;
  }

  /** The label's turn has come. Nothing is to be sent of a turn before the start. */
  #take(label: Label): readonly PlannedFeedback[] {
    this.#waiting = undefined;
    this.#atMs = label.knownMs;
    const flight = this.#awaiting.get(label.flightId) ?? null;
    this.#awaiting.delete(label.flightId);
    const feedback = this.#plan.turnOf(label, flight);
    if (label.index < this.#start) return [];
    this.#next = label.index + 1;
    return feedback;
  }
}
