import { baseConfigShape, durationMs, wholeNumber } from '@pitwall/runtime';
import { z } from 'zod';

/** The environment of this service. */
export const configSchema = z.object({
  ...baseConfigShape,
  MODEL_PROCESSES: wholeNumber({ min: 1, max: 64 })
    .default(1)
    .describe('Child processes per model version; each runs one batch at a time on one core'),
  MODEL_LOAD_BUDGET_MS: durationMs({ min: 100, max: 600_000 })
    .default(10_000)
    .describe('Time in which a child must have loaded its model, and then once more for its first run'),
});
export type InferenceConfig = z.output<typeof configSchema>;
