import { baseConfigShape, databaseConfigShape, durationMs, wholeNumber } from '@pitwall/runtime';
import { z } from 'zod';

/** A request with feedback, bytes: 1,000 actions with long reasons. */
export const MAX_BODY_BYTES = 8 * 1024 * 1024;

/** Everything that the results service can be told from outside. */
export const configSchema = z.object({
  ...baseConfigShape,
  ...databaseConfigShape,
  MAX_REDRIVES: wholeNumber({ min: 1, max: 1_000 })
    .default(3)
    .describe('A dead letter that was redriven so often is not redriven again, unless somebody has edited it'),
  REDRIVE_LEASE_MS: durationMs({ min: 500, max: 600_000 })
    .default(10_000)
    .describe('After this time another instance goes on with the redrives of one that was killed'),
});

/** See {@link configSchema}. */
export type ResultsConfig = z.output<typeof configSchema>;
