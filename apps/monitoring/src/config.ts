import { baseConfigShape, databaseConfigShape } from '@pitwall/runtime';
import { z } from 'zod';

/** All that monitoring reads from the environment. */
export const configSchema = z.object({ ...baseConfigShape, ...databaseConfigShape });
