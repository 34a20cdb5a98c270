import {
  contentDigest,
  deadLetterSchema,
  deadLettersTopic,
  defaultSource,
  eventsTopic,
  feedbackTopic,
  HEADER,
  outcomesTopic,
  parseOrigin,
  resultMessageSchema,
  resultsTopic,
} from '@pitwall/contracts';
import type { InboundRecord, MessagingClient } from '@pitwall/messaging';
import { addOutcome, feedbackOf, type FeedbackEvidence, type OutcomeEvidence } from './label-evidence.js';
import { type ProducedContext, producedContext } from './produced-context.js';
import { type RecordTakers, readToEnd, together } from './read-to-end.js';
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

/** A record that stands on the events topic. */
export interface RawEvidence {
  readonly position: Position;
  /** Null where the record does not say one that can be read. */
  readonly identity: IdentityKey | null;
  readonly digest: string;
  readonly appendedAt: number;
  /** What the record says of when it happened, milliseconds since the epoch; null where that cannot be read. */
  readonly eventTimeMs: number | null;
  /** The trace context that the producer sent along; null where it sent none that can be read. */
  readonly produced: ProducedContext | null;
}

/** All copies of one result on the results topic. */
export interface ResultEvidence {
  readonly identity: IdentityKey;
  readonly entity: string;
  /** Where its raw record stands. */
  readonly origin: Position;
  readonly decision: string;
  /** `name@version`, or `fallback` where no model answered. */
  readonly model: string;
  /** The event came late, says the result. */
  readonly isLate: boolean;
  readonly traceId: string;
  readonly isSampled: boolean;
  /** From append of the raw record to append of the first copy. */
  readonly latencyMs: number;
  readonly appendedAt: number;
  readonly digest: string;
  copies: number;
  /** Some copy has other bytes than the first. */
  isTorn: boolean;
}

/** One dead letter; written twice it is one. */
export interface DeadLetterEvidence {
  readonly position: Position;
  readonly stage: string;
  readonly reason: string;
  readonly appendedAt: number;
}

/** Everything that the topics say. */
export interface TopicEvidence {
  /** What producers sent, in the order of each partition. */
  readonly raw: readonly RawEvidence[];
  /** Raw records that a redrive has put on the events topic again, where they stand beside what producers sent. */
  readonly redriven: ReadonlySet<Position>;
  /** By result id, in the order of first copies within each partition. */
  readonly results: ReadonlyMap<string, ResultEvidence>;
  /** Of records of the events topic, by their id. */
  readonly deadLetters: ReadonlyMap<string, DeadLetterEvidence>;
  readonly feedback: readonly FeedbackEvidence[];
  readonly outcomes: ReadonlyMap<string, OutcomeEvidence>;
  /** Of records of the feedback topic, by their id. */
  readonly feedbackDeadLetters: ReadonlyMap<string, DeadLetterEvidence>;
}

/**
 * Reads what a pipeline takes in and gives out, from start to end: events and results, feedback and outcomes, dead letters.
 * `further` take part in the same reading, and may take other topics too.
 */
export async function gatherEvidence(
  client: Pick<MessagingClient, 'admin' | 'reader'>,
  pipeline: string,
  ...further: readonly RecordTakers[]
): Promise<TopicEvidence> {
  const evidence = {
    raw: [] as RawEvidence[],
    redriven: new Set<Position>(),
    results: new Map<string, ResultEvidence>(),
    deadLetters: new Map<string, DeadLetterEvidence>(),
    feedback: [] as FeedbackEvidence[],
    outcomes: new Map<string, OutcomeEvidence>(),
    feedbackDeadLetters: new Map<string, DeadLetterEvidence>(),
  };
  const letters = {
    [eventsTopic.name(pipeline)]: evidence.deadLetters,
    [feedbackTopic.name(pipeline)]: evidence.feedbackDeadLetters,
  };
  const takers: RecordTakers = {
    [eventsTopic.name(pipeline)]: (record) => addEvent(evidence, record, defaultSource(pipeline)),
    [resultsTopic.name(pipeline)]: (record) => addResult(evidence.results, record),
    [feedbackTopic.name(pipeline)]: (record) => evidence.feedback.push(feedbackOf(record, pipeline)),
    [outcomesTopic.name(pipeline)]: (record) => addOutcome(evidence.outcomes, record),
    [deadLettersTopic.name(pipeline)]: (record) => addDeadLetter(letters, record),
  };
  await readToEnd(client, together([takers, ...further]));
  return evidence;
}

/** A record that was redriven says where it came from; producers say no such thing. */
function addEvent(
  { raw, redriven }: { readonly raw: RawEvidence[]; readonly redriven: Set<Position> },
  record: InboundRecord,
  fallbackSource: string,
): void {
  const attempt = textOf(record.headers, HEADER.redriveAttempt);
  const origin = attempt === null ? null : textOf(record.headers, HEADER.origin);
  if (origin === null) raw.push(rawOf(record, fallbackSource));
  else redriven.add(positionOf(parseOrigin(origin)));
}

function rawOf(record: InboundRecord, fallbackSource: string): RawEvidence {
  const id = textOf(record.headers, HEADER.ceId);
  return {
    position: positionOf(record),
    identity: id === null ? null : identityKey(textOf(record.headers, HEADER.ceSource) ?? fallbackSource, id),
    digest: contentDigest(record.key, record.value),
    appendedAt: record.appendedAt,
    eventTimeMs: timeOf(textOf(record.headers, HEADER.ceTime)),
    produced: producedContext(textOf(record.headers, HEADER.traceparent)),
  };
}

function timeOf(text: string | null): number | null {
  const ms = Date.parse(text ?? '');
  return Number.isNaN(ms) ? null : ms;
}

function addResult(results: Map<string, ResultEvidence>, record: InboundRecord): void {
  const result = resultMessageSchema.parse(JSON.parse(String(record.value)));
  const digest = publishedDigest(record);
  const first = results.get(result.resultId);
  if (first !== undefined) {
    first.copies += 1;
    first.isTorn ||= first.digest !== digest;
    return;
  }
  const origin = parseOrigin(String(textOf(record.headers, HEADER.origin)));
  results.set(result.resultId, {
    identity: identityKey(result.event.source, result.event.id),
    entity: result.entity,
    origin: positionOf(origin),
    decision: result.decision,
    model: modelKey(result.model),
    isLate: result.late,
    traceId: result.traceId,
    isSampled: isSampled(record.headers),
    latencyMs: record.appendedAt - origin.appendedAt,
    appendedAt: record.appendedAt,
    digest,
    copies: 1,
    isTorn: false,
  });
}

function addDeadLetter(
  byTopic: Readonly<Record<string, Map<string, DeadLetterEvidence>>>,
  record: InboundRecord,
): void {
  const header = record.headers.findLast(({ name }) => name === HEADER.deadLetter)?.value;
  const { deadLetterId, origin, stage, reason } = deadLetterSchema.parse(JSON.parse(String(header)));
  const letters = byTopic[origin.topic];
  if (letters === undefined || letters.has(deadLetterId)) return;
  letters.set(deadLetterId, { position: positionOf(origin), stage, reason, appendedAt: record.appendedAt });
}
