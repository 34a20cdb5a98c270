import { PitwallError } from '@pitwall/contracts';

interface KafkaErrorFields {
  readonly name?: unknown;
  readonly type?: unknown;
  readonly cause?: unknown;
}

/** The error at the bottom of the chain of causes. */
export function rootCause(error: unknown): unknown {
  let current = error;
  for (let depth = 0; depth < 10; depth += 1) {
    const { cause } = (current ?? {}) as KafkaErrorFields;
    if (cause === undefined || cause === null) return current;
    current = cause;
  }
  return current;
}

/** What can only be mended by changing something: rights, configuration, a program. Everything else comes right by itself. */
const FINAL_TYPES: ReadonlySet<unknown> = new Set([
  'TOPIC_AUTHORIZATION_FAILED',
  'GROUP_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'SASL_AUTHENTICATION_FAILED',
  'UNSUPPORTED_SASL_MECHANISM',
  'UNSUPPORTED_VERSION',
  'INVALID_GROUP_ID',
  'INVALID_SESSION_TIMEOUT',
]);
const FINAL_NAMES: ReadonlySet<unknown> = new Set([
  'KafkaJSNotImplemented',
  'KafkaJSSASLAuthenticationError',
  'TypeError',
  'ReferenceError',
  'RangeError',
  'SyntaxError',
]);

/** Whether trying again is pointless. A refused connection is not final, though kafkajs calls it non-retriable. */
export function isFinal(error: unknown): boolean {
  const cause = rootCause(error);
  if (cause instanceof PitwallError) return !cause.retriable;
  const { name, type } = (cause ?? {}) as KafkaErrorFields;
  return FINAL_NAMES.has(name) || FINAL_TYPES.has(type);
}

/** The protocol's name of an error, e.g. `UNKNOWN_MEMBER_ID`; empty where it is none of the protocol. */
export function protocolType(error: unknown): string {
  const { type } = (error ?? {}) as KafkaErrorFields;
  return typeof type === 'string' ? type : '';
}

const LOST_TYPES: ReadonlySet<string> = new Set(['UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION', 'FENCED_INSTANCE_ID']);

/** Whether the coordinator has given up on the member that it answers. */
export function isMembershipLost(error: unknown): boolean {
  return LOST_TYPES.has(protocolType(error));
}

/** One sentence about an error, for a state or a log line. */
export function sentenceOf(error: unknown): string {
  const cause = rootCause(error);
  const message = cause instanceof Error ? cause.message : String(cause);
  return message.length > 500 ? `${message.slice(0, 500)}…` : message;
}
