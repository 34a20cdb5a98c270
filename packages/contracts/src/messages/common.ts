import { z } from 'zod';
import { LIMITS } from '../limits.js';
import { PATTERN } from '../patterns.js';

const byteLimited = (what: string): z.ZodString =>
  z
    .string()
    .min(1)
    .refine(
      (text) => Buffer.byteLength(text, 'utf8') <= LIMITS.maxIdBytes,
      `expected ${what} of at most ${LIMITS.maxIdBytes} bytes`,
    );

/** Identity of an event: unique per pipeline. */
export const identityShape = {
  source: byteLimited('a source'),
  id: byteLimited('an id'),
} as const;

/** Whom or what an event is about: the message key from the features topic on, 1 to 512 bytes. */
export const entitySchema = byteLimited('an entity');

/** RFC 3339, always in UTC with `Z`, as Pitwall writes it. */
export const timestampSchema = z.iso.datetime();

/** SHA-256 as 64 lower-case hex digits. */
export const sha256Schema = z.string().regex(PATTERN.sha256, 'expected 64 lower-case hex digits');

/** A feature's value: missing is null, never absent. */
export const featureValueSchema = z.union([z.number(), z.string(), z.null()]);
export type FeatureValue = z.infer<typeof featureValueSchema>;

/** What can have happened to a field. */
export const NOTE_KINDS = ['missing', 'repaired'] as const;

/** What cleaning did to a field, or that it is missing. A field without a note is as the producer sent it. */
export const qualityNoteSchema = z.object({
  /** The field of the raw event. */
  field: z.string(),
  /** `missing`: it is null now; `repaired`: it has another value now. */
  kind: z.enum(NOTE_KINDS),
  /** The cleaning rule that did it, or `absent` where the producer sent nothing. */
  rule: z.string(),
  /** What the producer sent, cut to 100 characters as text; absent where there was nothing. */
  from: z.union([z.number(), z.string(), z.boolean(), z.null()]).optional(),
});
export type QualityNote = z.infer<typeof qualityNoteSchema>;

/** What a model version is to a pipeline: the champion decides, a candidate decides for a share, a shadow only scores. */
export const MODEL_ROLES = ['champion', 'candidate', 'shadow'] as const;
/** One of {@link MODEL_ROLES}. */
export type ModelRole = (typeof MODEL_ROLES)[number];
