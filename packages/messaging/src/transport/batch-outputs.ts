import { LIMITS, PitwallError, type Stage } from '@pitwall/contracts';
import type { Dead, Done, Failing, Outcome } from '../batch-handler.js';
import { deadLetterRecord } from '../dead-letter.js';
import { recordSize } from '../kafka/produce-request.js';
import { dead } from '../outcomes.js';
import type { OutboundRecord } from '../port.js';
import type { TracedMessage } from './traced-message.js';

/** Who turns outcomes into records. */
export interface OutputContext {
  readonly pipeline: string;
  /** Null: records may not be given up. */
  readonly stage: Stage | null;
  /** `name@version`. */
  readonly service: string;
  readonly now: () => Date;
}

/**
 * What a handler answered, once it was found to be an answer: an output that no topic would take makes its record dead.
 * Throws a {@link PitwallError} `invalid_outcome` where the handler broke its contract.
 */
export function checkedOutcomes(outcomes: readonly Outcome[], count: number, stage: Stage | null): readonly Outcome[] {
  if (!Array.isArray(outcomes) || outcomes.length !== count) {
    const got = Array.isArray(outcomes) ? `${outcomes.length} outcomes` : typeof outcomes;
    throw invalidOutcome(`Got ${got} for ${count} messages, expected one per message in the same order.`);
  }
  let checked: Outcome[] | null = null;
  for (let at = 0; at < count; at += 1) {
    const outcome = outcomes[at] as Outcome;
    const fit = outcome.kind === 'done' ? fitting(outcome, stage) : allowed(outcome, stage);
    if (fit !== outcome) (checked ??= [...(outcomes as readonly Outcome[])])[at] = fit;
  }
  return checked ?? outcomes;
}

function allowed(outcome: Dead | Failing, stage: Stage | null): Dead | Failing {
  if (stage !== null) return outcome;
  const { reason, message } = outcome;
  throw invalidOutcome(
    `Got a record to be given up (${reason}: ${message}) of a service that may not give up on records.`,
  );
}

/** An output that no topic would take would come back for ever. */
function fitting(outcome: Done, stage: Stage | null): Done | Dead {
  for (const output of outcome.outputs) {
    const size = recordSize(output);
    if (size <= LIMITS.maxDerivedBytes) continue;
    const message = `A message for ${output.topic} would take ${size} bytes, expected at most ${LIMITS.maxDerivedBytes}.`;
    if (stage === null) throw invalidOutcome(message);
    return dead({ reason: 'derived_too_large', message });
  }
  return outcome;
}

/** The dead letter of a message, and its trace marked. */
export function letterOf(
  message: TracedMessage,
  { outcome, attempts }: { readonly outcome: Dead; readonly attempts: number },
  { pipeline, stage, service, now }: OutputContext,
): OutboundRecord {
  if (stage === null) throw invalidOutcome(`Got ${outcome.reason} of a service that may not give up on records.`);
  const { record, origin, redriveAttempt, traceId } = message;
  const facts = { record, origin, redriveAttempt, outcome, traceId, attempts, deadAt: now() };
  const letter = deadLetterRecord(facts, { pipeline, stage, service });
  message.markDead(outcome);
  if (message.sampled) message.send(letter.topic);
  return letter;
}

function invalidOutcome(message: string): PitwallError {
  return new PitwallError(message, { code: 'invalid_outcome' });
}
