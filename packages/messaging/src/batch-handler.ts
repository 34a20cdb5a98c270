import type { DeadLetter, EventIdentity, Origin, ReasonCode, Violation } from '@pitwall/contracts';
import type { TraceContext } from '@pitwall/telemetry';
import type { InboundRecord, OutboundRecord, RecordBatch } from './port.js';

/**
 * What becomes of one record of a batch. A handler returns exactly one per record, in the same order.
 *
 * - `done`: the outputs (none, one or more) are sent, then the record counts as processed.
 * - `dead`: the record can never be processed: it goes to the dead letters of its pipeline with its reason.
 * - `failing`: it cannot be processed now, and others can: it is tried again for up to 30 s, while later records of its key
 *   wait behind it; then it goes to the dead letters with its reason.
 *
 * A handler that throws a {@link PitwallError} says that nothing works: the whole batch comes again later, and no record is
 * given up. After any other error, a {@link RecordsFailing} too, the transport finds out which records it is about, by halves.
 */
export type Outcome = Done | Dead | Failing;

/** The record is processed. */
export interface Done {
  readonly kind: 'done';
  readonly outputs: readonly OutboundRecord[];
}

/** The record can never be processed. */
export interface Dead {
  readonly kind: 'dead';
  readonly reason: ReasonCode;
  /** What was got, what was expected. */
  readonly message: string;
  /** At most `LIMITS.maxViolations`. */
  readonly violations: readonly Violation[];
  /** All violations, listed or not. */
  readonly violationCount: number;
  readonly identity: EventIdentity | null;
}

/** The record may be processed later. */
export interface Failing {
  readonly kind: 'failing';
  readonly reason: ReasonCode;
  /** What failed, and how. */
  readonly message: string;
  readonly identity: EventIdentity | null;
}

/** A record that needs nothing more: one object for all of them. */
export const DONE: Done = { kind: 'done', outputs: [] };

/** Trace of one record. For an unsampled record all of it is free: no span, the incoming context is passed on. */
export interface RecordTrace {
  readonly sampled: boolean;
  /** 32 hex digits. A record that came without a context has been given one. */
  readonly traceId: string;
  /** The header `tracestate` as it came, to be passed on; null where there is none. */
  readonly tracestate: string | null;
  /**
   * The `traceparent` for a message that this record causes on `topic`. Sampled: starts the span `send <topic>`, which ends
   * when the message is acknowledged. Call it once per message.
   */
  send(topic: string): string;
  /**
   * Forgets the send spans that were started so far: they are never exported. For a handler that had to know a `traceparent`
   * before it could know that there is nothing to send.
   */
  abandonSends(): void;
  /** Links this record's span to another trace that has to do with it. */
  linkTo(context: TraceContext): void;
  setAttribute(name: string, value: string | number | boolean): void;
}

/** One record of a batch with all that handlers need to know of it, read lazily. */
export interface Message {
  readonly record: InboundRecord;
  readonly trace: RecordTrace;
  /**
   * The raw record that this one goes back to: the header `pitwall-origin`, or on a topic of producers the record itself,
   * unless it was redriven or replayed.
   */
  readonly origin: Origin;
  /** How often the record was redriven, or the one that it was made from; 0 for nearly all. */
  readonly redriveAttempt: number;
}

/** What a batch handler is called with. */
export interface MessageBatch {
  readonly pipeline: string;
  readonly batch: RecordBatch;
  readonly messages: readonly Message[];
  /** Call between long steps, so that the group does not take a slow consumer for a dead one. */
  readonly heartbeat: () => Promise<void>;
}

/** One outcome per message, in the order of the messages; see {@link Outcome}. */
export type BatchHandlerMethod = (batch: MessageBatch) => Promise<readonly Outcome[]>;

/** Builds the dead letter of a record; the transport sends it. Exported for tests and for stages that dead-letter by hand. */
export interface DeadLetterContext {
  readonly pipeline: string;
  readonly stage: DeadLetter['stage'];
  /** `name@version` of the service. */
  readonly service: string;
}
