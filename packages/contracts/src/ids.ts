import { hash } from 'node:crypto';
import type { Origin } from './origin.js';
import type { Stage } from './reason-codes.js';

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** UUID of the one result of an event, see {@link resultIdOf}. */
export type ResultId = Branded<'ResultId'>;
/** UUID of a dead letter, see {@link deadLetterIdOf}. */
export type DeadLetterId = Branded<'DeadLetterId'>;
/** UUID of an outcome, see {@link outcomeIdOf}. */
export type OutcomeId = Branded<'OutcomeId'>;
/** UUID of an action, see {@link actionIdOf}. */
export type ActionId = Branded<'ActionId'>;

/** Who an event is: unique within its pipeline. */
export interface EventIdentity {
  readonly source: string;
  readonly id: string;
}

/** The namespace of all of Pitwall's name-based ids: UUIDv5 of the name `pitwall` in the null namespace. Never changes. */
const NAMESPACE = Buffer.from(uuidOf(Buffer.alloc(16), 'pitwall').replaceAll('-', ''), 'hex');

/** Id of the one result of an event: UUIDv5 (RFC 9562) over the JSON array [pipeline, source, id]. */
export function resultIdOf(pipeline: string, identity: EventIdentity): ResultId {
  return uuidOf(NAMESPACE, JSON.stringify([pipeline, identity.source, identity.id])) as ResultId;
}

/** Id of an outcome: UUIDv5 over ['outcome', result id, label source, revision]. A label that comes twice gives one outcome. */
export function outcomeIdOf(
  resultId: ResultId,
  label: { readonly labelSource: string; readonly revision: number },
): OutcomeId {
  return uuidOf(NAMESPACE, JSON.stringify(['outcome', resultId, label.labelSource, label.revision])) as OutcomeId;
}

/**
 * Id of what somebody did with a decision: UUIDv5 over ['action', result id, action, at, by]. An action that is told twice is
 * one. `at` is in milliseconds since the epoch; `by` is null where nobody is named.
 */
export function actionIdOf(
  resultId: ResultId,
  done: { readonly action: string; readonly at: number; readonly by: string | null },
): ActionId {
  return uuidOf(NAMESPACE, JSON.stringify(['action', resultId, done.action, done.at, done.by])) as ActionId;
}

/**
 * Id of a dead letter: UUIDv5 over [pipeline, topic, partition, offset, digest, stage, attempt] of the raw record, so that a
 * dead letter written twice is one. `redriveAttempt` is 0 for a record that was never redriven.
 */
export function deadLetterIdOf(
  pipeline: string,
  origin: Origin,
  at: { readonly stage: Stage; readonly redriveAttempt: number },
): DeadLetterId {
  const name = [
    'dead-letter',
    pipeline,
    origin.topic,
    origin.partition,
    origin.offset,
    origin.digest,
    at.stage,
    at.redriveAttempt,
  ];
  return uuidOf(NAMESPACE, JSON.stringify(name)) as DeadLetterId;
}

/**
 * Id of an event whose producer gave none: derived from where the record stands and what it holds. The cluster id and the
 * digest are part of it because a re-created cluster repeats offsets.
 */
export function derivedEventId(clusterId: string, origin: Origin): string {
  return uuidOf(
    NAMESPACE,
    JSON.stringify(['event', clusterId, origin.topic, origin.partition, origin.offset, origin.digest]),
  );
}

/** The source of an event whose producer gave none. */
export function defaultSource(pipeline: string): string {
  return `/${pipeline}`;
}

const LENGTH_PREFIX = 5;

/**
 * SHA-256 over key and value as 64 hex digits. The key is prefixed by a null flag and its length, so that moving bytes
 * between key and value changes the digest.
 */
export function contentDigest(key: Buffer | null, value: Buffer | null): string {
  const keyLength = key?.length ?? 0;
  const framed = Buffer.allocUnsafe(LENGTH_PREFIX + keyLength + (value?.length ?? 0));
  framed.writeUInt8((key === null ? 0 : 1) | (value === null ? 0 : 2), 0);
  framed.writeUInt32BE(keyLength, 1);
  key?.copy(framed, LENGTH_PREFIX);
  value?.copy(framed, LENGTH_PREFIX + keyLength);
  return hash('sha256', framed, 'hex');
}

function uuidOf(namespace: Buffer, name: string): string {
  const hex = hash('sha1', Buffer.concat([namespace, Buffer.from(name, 'utf8')]), 'hex');
  const variant = ((Number.parseInt(hex.slice(16, 18), 16) & 0x3f) | 0x80).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(18, 20)}-${hex.slice(20, 32)}`;
}
