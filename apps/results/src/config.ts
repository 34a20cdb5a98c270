import { baseConfigShape, databaseConfigShape } from '@pitwall/runtime';
import { z } from 'zod';

/** Everything that the results service can be told from outside. */
export const configSchema = z.object({ ...baseConfigShape, ...databaseConfigShape });
