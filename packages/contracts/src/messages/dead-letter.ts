import { z } from 'zod';
import { REASON_CODES, STAGES } from '../reason-codes.js';
import { pipelineNameSchema } from '../topics/topic.js';
import { identityShape, sha256Schema, timestampSchema } from './common.js';

/** One thing that is wrong with a record. */
export const violationSchema = z.object({
  /** JSON pointer (RFC 6901) into the event; empty for the whole. */
  pointer: z.string(),
  /** What was broken, e.g. a JSON Schema keyword or a rule's name. */
  rule: z.string(),
  message: z.string(),
  /** The offending value, as JSON cut to 200 characters. */
  got: z.string().optional(),
});
export type Violation = z.infer<typeof violationSchema>;

/**
 * The header `pitwall-dead-letter` on `<pipeline>.dead-letters.v1`. Key, value and all other headers of that record are the
 * original's, untouched.
 */
export const deadLetterSchema = z.object({
  deadLetterId: z.uuid(),
  pipeline: pipelineNameSchema,
  stage: z.enum(STAGES),
  reason: z.enum(REASON_CODES),
  message: z.string(),
  violations: z.array(violationSchema),
  /** All violations, of which `violations` lists at most 50. */
  violationCount: z.int().min(0),
  /** The record that this stage could not process. */
  record: z.object({ topic: z.string(), partition: z.int(), offset: z.int(), appendedAt: timestampSchema }),
  /** The raw record that it goes back to (the same record in ingestion). */
  origin: z.object({
    topic: z.string(),
    partition: z.int(),
    offset: z.int(),
    appendedAt: timestampSchema,
    digest: sha256Schema,
  }),
  /** Null where the record could not be read so far. */
  identity: z.object(identityShape).nullable(),
  attempts: z.int().positive(),
  redriveAttempt: z.int().min(0),
  /** `name@version` of the service that gave up. */
  service: z.string(),
  traceId: z.string().nullable(),
  deadAt: timestampSchema,
});
export type DeadLetter = z.infer<typeof deadLetterSchema>;
