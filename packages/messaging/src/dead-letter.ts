import {
  type DeadLetter,
  deadLetterIdOf,
  deadLettersTopic,
  type EventIdentity,
  HEADER,
  INTERNAL_RECORD_BYTES,
  LIMITS,
  type Origin,
  PitwallError,
  type Violation,
} from '@pitwall/contracts';
import type { Dead, DeadLetterContext } from './batch-handler.js';
import { textHeader } from './headers.js';
import { BATCH_OVERHEAD_BYTES, recordSize } from './kafka/produce-request.js';
import type { InboundRecord, OutboundRecord } from './port.js';

/** A record that could not be processed, and what is known of it. */
export interface DeadRecord {
  readonly record: InboundRecord;
  readonly origin: Origin;
  /** 0 for a record that was never redriven. */
  readonly redriveAttempt: number;
  readonly outcome: Dead;
  /** How often it was tried; absent: once. */
  readonly attempts?: number;
  /** 32 hex digits; null where the record never had a trace. */
  readonly traceId: string | null;
  readonly deadAt: Date;
}

const MAX_MESSAGE_CHARACTERS = 2_000;
const MAX_VIOLATION_CHARACTERS = 500;
const HEADER_FRAME_BYTES = 16 + HEADER.deadLetter.length;

/**
 * The dead letter of a record: key, value and headers as they are, and one more header, the last, that says why. It goes to
 * the partition of the same number. What it says is cut until the record fits into its topic; the original never is.
 *
 * Throws a {@link PitwallError} `dead_letter_too_large` where the original alone fills the topic's limit, as no record of a topic
 * with the limits of its contract does.
 */
export function deadLetterRecord(dead: DeadRecord, context: DeadLetterContext): OutboundRecord {
  const { record } = dead;
  const topic = deadLettersTopic.name(context.pipeline);
  const room = deadLettersTopic.maxMessageBytes - BATCH_OVERHEAD_BYTES - recordSize(record) - HEADER_FRAME_BYTES;
  const text = fitted(deadLetterOf(dead, context), Math.min(room, LIMITS.maxDeadLetterHeaderBytes));
  if (text === null) {
    throw new PitwallError(
      `The record at ${record.topic} ${record.partition}/${record.offset} takes ${recordSize(record)} bytes and leaves no room to say why it is dead; no topic of Pitwall is meant to take more than ${INTERNAL_RECORD_BYTES}. Somebody has raised max.message.bytes of ${record.topic}: set it back to what \`pitwall provision\` gives it. To go on, stop the service and set the offset of its group behind this record.`,
      { code: 'dead_letter_too_large' },
    );
  }
  return {
    topic,
    partition: record.partition,
    key: record.key,
    value: record.value,
    headers: [...record.headers, textHeader(HEADER.deadLetter, text)],
  };
}

function deadLetterOf(dead: DeadRecord, context: DeadLetterContext): DeadLetter {
  const { record, origin, redriveAttempt, outcome, traceId, deadAt } = dead;
  const { pipeline, stage, service } = context;
  return {
    deadLetterId: deadLetterIdOf(pipeline, origin, { stage, redriveAttempt }),
    pipeline,
    stage,
    reason: outcome.reason,
    message: cut(outcome.message, MAX_MESSAGE_CHARACTERS),
    violations: outcome.violations.slice(0, LIMITS.maxViolations).map(cutViolation),
    violationCount: Math.max(outcome.violationCount, outcome.violations.length),
    record: positionOf(record),
    origin: { ...positionOf(origin), digest: origin.digest },
    identity: validIdentity(outcome.identity),
    attempts: dead.attempts ?? 1,
    redriveAttempt,
    service,
    traceId,
    deadAt: deadAt.toISOString(),
  };
}

interface Position {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly appendedAt: number;
}

function positionOf({ topic, partition, offset, appendedAt }: Position) {
  return { topic, partition, offset, appendedAt: new Date(appendedAt).toISOString() };
}

/** Drops violations from the end, then the rest of the message, until the text fits; null where even that is too long. */
function fitted(letter: DeadLetter, maxBytes: number): string | null {
  let current = letter;
  for (;;) {
    const text = JSON.stringify(current);
    if (Buffer.byteLength(text) <= maxBytes) return text;
    if (current.violations.length > 0) {
      current = { ...current, violations: current.violations.slice(0, Math.floor(current.violations.length / 2)) };
    } else if (current.message.length > 0) {
      current = { ...current, message: cut(current.message, Math.floor(current.message.length / 4)) };
    } else {
      return null;
    }
  }
}

function cutViolation(violation: Violation): Violation {
  const { pointer, rule, message, got } = violation;
  return {
    pointer: cut(pointer, MAX_VIOLATION_CHARACTERS),
    rule: cut(rule, MAX_VIOLATION_CHARACTERS),
    message: cut(message, MAX_VIOLATION_CHARACTERS),
    ...(got === undefined ? {} : { got: cut(got, MAX_VIOLATION_CHARACTERS) }),
  };
}

/** Storable text of at most so many characters: the message may quote what the record is dead for. */
function cut(text: string, maxCharacters: number): string {
  const short = text.length > maxCharacters ? `${text.slice(0, Math.max(maxCharacters - 1, 0))}…` : text;
  return (maxCharacters === 0 ? '' : short).toWellFormed().replaceAll('\0', '\ufffd');
}

function validIdentity(identity: EventIdentity | null): EventIdentity | null {
  if (identity === null) return null;
  return isIdPart(identity.source) && isIdPart(identity.id) ? { source: identity.source, id: identity.id } : null;
}

function isIdPart(text: string): boolean {
  const bytes = Buffer.byteLength(text);
  return bytes > 0 && bytes <= LIMITS.maxIdBytes;
}
