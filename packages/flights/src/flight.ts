import { z } from 'zod';

/** What the replay has to know of a flight; the event itself is passed on as its text. */
export const flightSchema = z.looseObject({
  flight_id: z.string().min(1),
  event_time: z.iso.datetime(),
  tailnum: z.string().nullable(),
});

/** One line of the data set. */
export interface Flight {
  /** Number of the line, from 0. */
  readonly index: number;
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly eventTimeMs: number;
  /** The aircraft, or the flight itself where no tail number is known. */
  readonly entity: string;
  /** The event as JSON, as it stands in the data set. */
  readonly text: string;
}

/** Which part of the data set to read. Times are event times, milliseconds since the epoch. */
export interface FlightSelection {
  /** First line; those before it are skipped unparsed. */
  readonly fromIndex: number;
  readonly fromMs: number;
  /** Exclusive. */
  readonly toMs: number;
}
