import { baseConfigShape } from '@pitwall/runtime';
import { z } from 'zod';

/** All that ingestion reads from the environment. */
export const configSchema = z.object(baseConfigShape);
