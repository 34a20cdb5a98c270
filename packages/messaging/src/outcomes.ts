import { type EventIdentity, LIMITS, type ReasonCode, type Violation } from '@pitwall/contracts';
import { type Dead, DONE, type Done, type Failing } from './batch-handler.js';
import type { OutboundRecord } from './port.js';

/** The record is processed once these are sent. */
export function done(...outputs: readonly OutboundRecord[]): Done {
  return outputs.length === 0 ? DONE : { kind: 'done', outputs };
}

/** Why a record is dead. */
export interface DeadFacts {
  readonly reason: ReasonCode;
  /** What was got, what was expected. */
  readonly message: string;
  /** Any number: the first 50 are listed, the rest is counted. */
  readonly violations?: readonly Violation[];
  /** Where more were found than are given in `violations`. */
  readonly violationCount?: number;
  /** Null or absent where the record could not be read so far. */
  readonly identity?: EventIdentity | null;
}

/** The record goes to the dead letters. */
export function dead(facts: DeadFacts): Dead {
  const violations = facts.violations ?? [];
  return {
    kind: 'dead',
    reason: facts.reason,
    message: facts.message,
    violations: violations.slice(0, LIMITS.maxViolations),
    violationCount: Math.max(facts.violationCount ?? 0, violations.length),
    identity: facts.identity ?? null,
  };
}

/** Why a record cannot be processed now; `reason` is that of its dead letter, should it never be. */
export type FailingFacts = Pick<DeadFacts, 'reason' | 'message' | 'identity'>;

/** The record is tried again later. */
export function failing({ reason, message, identity = null }: FailingFacts): Failing {
  return { kind: 'failing', reason, message, identity };
}

/** Thrown by a handler that knows why it failed, but not on which records of its batch; alone, each gives the {@link failing}. */
export class RecordsFailing extends Error {
  override readonly name = 'RecordsFailing';

  constructor(
    readonly facts: FailingFacts,
    options?: ErrorOptions,
  ) {
    super(facts.message, options);
  }
}
