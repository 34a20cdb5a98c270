import { z } from 'zod';

/** Problem details for HTTP APIs (RFC 9457); every error answer of a service has this form and `application/problem+json`. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  instance: z.string().optional(),
  /** Every violation, where the request was at fault. */
  errors: z.array(z.object({ pointer: z.string(), message: z.string() })).optional(),
  traceId: z.string().optional(),
});
export type Problem = z.infer<typeof problemSchema>;
