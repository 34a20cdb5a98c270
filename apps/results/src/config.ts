import { baseConfigShape, databaseConfigShape } from '@pitwall/runtime';
import { z } from 'zod';

/** A request with feedback, bytes: 1,000 actions with long reasons. */
export const MAX_BODY_BYTES = 8 * 1024 * 1024;

/** Everything that the results service can be told from outside. */
export const configSchema = z.object({ ...baseConfigShape, ...databaseConfigShape });
