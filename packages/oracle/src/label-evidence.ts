import { createHash } from 'node:crypto';
import {
  contentDigest,
  defaultSource,
  feedbackMessageSchema,
  HEADER,
  outcomeIdOf,
  outcomeMessageSchema,
  resultIdOf,
} from '@pitwall/contracts';
import type { InboundRecord } from '@pitwall/messaging';
import {
  type IdentityKey,
  identityKey,
  isSampled,
  modelKey,
  type Position,
  positionOf,
  publishedDigest,
  textOf,
} from './record-parts.js';

/** What a label on the feedback topic says. */
export interface SaidLabel {
  readonly identity: IdentityKey;
  /** Of the label and of the outcome that it gives: one for each event, source of labels and revision. */
  readonly outcomeId: string;
  /** Name of the observed outcome; true is the positive, false the negative one. */
  readonly says: boolean | string;
}

/** A record that stands on the feedback topic. */
export interface FeedbackEvidence {
  readonly position: Position;
  readonly digest: string;
  readonly appendedAt: number;
  /** Null where it is no label that can be read. */
  readonly label: SaidLabel | null;
}

/** All copies of one outcome on the outcomes topic. */
export interface OutcomeEvidence {
  readonly resultId: string;
  readonly identity: IdentityKey;
  readonly decision: string;
  readonly model: string;
  readonly label: string;
  readonly labelSource: string;
  readonly revision: number;
  readonly isCorrect: boolean;
  /** In the currency of the pipeline. */
  readonly amount: number;
  readonly currency: string;
  /** The trace of the label, or of the decision where the label waited for it. */
  readonly traceId: string;
  readonly isSampled: boolean;
  readonly decisionTraceId: string;
  readonly appendedAt: number;
  readonly digest: string;
  /** SHA-256 of the value alone. */
  readonly valueDigest: string;
  copies: number;
  /** Some copy has other bytes than the first. */
  isTorn: boolean;
}

/** What a record of the feedback topic says. */
export function feedbackOf(record: InboundRecord, pipeline: string): FeedbackEvidence {
  return {
    position: positionOf(record),
    digest: contentDigest(record.key, record.value),
    appendedAt: record.appendedAt,
    label: labelIn(record.value, pipeline),
  };
}

function labelIn(value: Buffer | null, pipeline: string): SaidLabel | null {
  const parsed = feedbackMessageSchema.safeParse(jsonIn(value));
  if (!parsed.success || parsed.data.kind !== 'label') return null;
  const { id, source = defaultSource(pipeline), label, labelSource, revision } = parsed.data;
  const resultId = resultIdOf(pipeline, { source, id });
  return {
    identity: identityKey(source, id),
    outcomeId: outcomeIdOf(resultId, { labelSource, revision }),
    says: label,
  };
}

/** Undefined where it is no JSON: no message is. */
function jsonIn(value: Buffer | null): unknown {
  try {
    return JSON.parse(String(value));
  } catch {
    return undefined;
  }
}

/** Adds a record of the outcomes topic: a new outcome, or a copy. */
export function addOutcome(outcomes: Map<string, OutcomeEvidence>, record: InboundRecord): void {
  const outcome = outcomeMessageSchema.parse(JSON.parse(String(record.value)));
  const digest = publishedDigest(record);
  const first = outcomes.get(outcome.outcomeId);
  if (first !== undefined) {
    first.copies += 1;
    first.isTorn ||= first.digest !== digest;
    return;
  }
  outcomes.set(outcome.outcomeId, {
    resultId: outcome.resultId,
    identity: identityKey(outcome.event.source, outcome.event.id),
    decision: outcome.decision,
    model: modelKey(outcome.model),
    label: outcome.label,
    labelSource: outcome.labelSource,
    revision: outcome.revision,
    isCorrect: outcome.correct,
    amount: outcome.value.amount,
    currency: outcome.value.currency,
    traceId: textOf(record.headers, HEADER.traceparent)?.split('-')[1] ?? '',
    isSampled: isSampled(record.headers),
    decisionTraceId: outcome.decisionTraceId,
    appendedAt: record.appendedAt,
    digest,
    valueDigest: sha256(record.value),
    copies: 1,
    isTorn: false,
  });
}

/** As 64 hex digits; of nothing where there is no value. */
function sha256(value: Buffer | null): string {
  return createHash('sha256')
    .update(value ?? '')
    .digest('hex');
}
