import { z } from 'zod';

/**
 * A name that a field can have. What every object has by birth is none: the JSON parser refuses `__proto__` and
 * `constructor` too.
 */
export const freeName = z
  .string()
  .min(1)
  .refine((name) => !(name in {}), 'a name that JavaScript objects do not have by themselves');
