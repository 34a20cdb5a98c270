import { z } from 'zod';

/** What the replay has to know of a line of the labels. */
export const labelSchema = z.looseObject({
  flight_id: z.string().min(1),
  known_time: z.iso.datetime(),
  late: z.boolean().nullable(),
});

/** One line of the labels of the data set. */
export interface Label {
  /** Number of the line, from 0. */
  readonly index: number;
  readonly flightId: string;
  /** When it became known whether the flight was late, milliseconds since the epoch; more than an hour after its event. */
  readonly knownMs: number;
  /** Null where it never became known: the flight was cancelled or diverted. */
  readonly isLate: boolean | null;
}
