import {
  type DeadLetter,
  deadLetterSchema,
  feedbackTopic,
  HEADER,
  reasonInfo,
  type ResultId,
  resultIdOf,
} from '@pitwall/contracts';
import { type Dead, type InboundRecord, parseMessage } from '@pitwall/messaging';
import { redriveBytesOf } from '../redrives/redriven-record.js';
import { type Fingerprint, fingerprintOf } from './fingerprint.js';
import { encodeOriginalHeaders } from './original-headers.js';

/** A dead letter as it is kept. */
export interface KeptDeadLetter extends Fingerprint {
  readonly letter: DeadLetter;
  /** What the dead letter says of itself, JSON as it came. */
  readonly json: Buffer;
  /** Of the decision that its identity has or may get; null without identity, and for feedback, which is about another's decision. */
  readonly resultId: ResultId | null;
  readonly isBornClosed: boolean;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** The original's, see `encodeOriginalHeaders`. */
  readonly headers: Buffer;
  /** Of the original, see `redriveBytesOf`. */
  readonly redriveBytes: number;
}

/** A record of a dead-letters topic that is no dead letter. */
export interface NoDeadLetter {
  readonly why: string;
}

/** Reads a record of a pipeline's dead-letters topic. */
export function readDeadLetter(record: InboundRecord, pipeline: string): KeptDeadLetter | NoDeadLetter {
  const at = record.headers.findLastIndex(({ name }) => name === HEADER.deadLetter);
  const json = record.headers[at]?.value ?? null;
  if (json === null) return { why: `The record has no header ${HEADER.deadLetter}.` };
  const parsed = parseMessage(deadLetterSchema, json);
  if (!parsed.ok) return { why: sentenceOf(parsed.dead) };
  const letter = parsed.value;
  if (letter.pipeline !== pipeline)
    return { why: `The dead letter is of the pipeline ${letter.pipeline}, its topic is of ${pipeline}.` };
  const headers = record.headers.toSpliced(at, 1);
  return {
    ...fingerprintOf(letter),
    letter,
    json,
    resultId: resultIdFor(letter),
    isBornClosed: reasonInfo(letter.reason).bornClosed ?? false,
    key: record.key,
    value: record.value,
    headers: encodeOriginalHeaders(headers),
    redriveBytes: redriveBytesOf({ key: record.key, value: record.value, headers }),
  };
}

const MAX_SHOWN = 3;

function sentenceOf({ message, violations }: Dead): string {
  const places = violations.slice(0, MAX_SHOWN).map(({ pointer, message: what }) => `${pointer} ${what}`);
  return [message, ...places].join(' ');
}

function resultIdFor({ pipeline, identity, record }: DeadLetter): ResultId | null {
  return identity === null || record.topic === feedbackTopic.name(pipeline) ? null : resultIdOf(pipeline, identity);
}
