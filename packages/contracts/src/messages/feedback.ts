import { z } from 'zod';
import { LIMITS } from '../limits.js';
import { identityShape } from './common.js';

/** What a person or a system did with a decision. */
export const ACTIONS = ['seen', 'accepted', 'overridden', 'ignored'] as const;

/** Any RFC 3339 time: producers need not write UTC. */
const producerTime = z.iso.datetime({ offset: true });

const about = {
  /** Id of the event that was decided. */
  id: identityShape.id,
  /** Its source; the pipeline's default source where it is absent. */
  source: identityShape.source.optional(),
};

/** Something short that a person wrote or a system is called. */
const name = z.string().min(1).max(LIMITS.maxIdBytes);

/** What was observed in the end. A correction is the same label with a higher revision. */
export const labelFeedbackSchema = z.object({
  kind: z.literal('label'),
  ...about,
  /** One of the definition's outcomes by name, or true for the positive and false for the negative one. */
  label: z.union([z.boolean(), name]),
  /** When it was observed, in the time of the events. */
  observedAt: producerTime,
  /** Who observed it; several may, each with revisions of its own. */
  labelSource: name.default('default'),
  revision: z.int().min(0).default(0),
});
/** See {@link labelFeedbackSchema}; defaults filled in. */
export type LabelFeedback = z.output<typeof labelFeedbackSchema>;

/** What became of the recommendation. */
export const actionFeedbackSchema = z.object({
  kind: z.literal('action'),
  ...about,
  action: z.enum(ACTIONS),
  /** When it was done. */
  at: producerTime,
  /** Who did it. */
  by: name.optional(),
  /** Required where the decision was overridden. */
  reason: z.string().min(1).max(2000).optional(),
});
/** See {@link actionFeedbackSchema}. */
export type ActionFeedback = z.output<typeof actionFeedbackSchema>;

/** The value on `<pipeline>.feedback.v1`, and the body of `POST /v1/pipelines/:pipeline/feedback`. */
export const feedbackMessageSchema = z
  .discriminatedUnion('kind', [labelFeedbackSchema, actionFeedbackSchema])
  .refine(
    (feedback) => feedback.kind === 'label' || feedback.action !== 'overridden' || feedback.reason !== undefined,
    {
      path: ['reason'],
      message: 'expected a reason: the decision was overridden',
    },
  );
/** See {@link feedbackMessageSchema}; defaults filled in. */
export type FeedbackMessage = z.output<typeof feedbackMessageSchema>;
