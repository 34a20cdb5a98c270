import { LIMITS, PitwallError, type Stage } from '@pitwall/contracts';
import type { Dead, Done, Outcome } from '../batch-handler.js';
import { deadLetterRecord } from '../dead-letter.js';
import { recordSize } from '../kafka/produce-request.js';
import { dead } from '../outcomes.js';
import type { OutboundRecord } from '../port.js';
import type { TracedMessage } from './traced-message.js';

/** What a batch is to send. */
export interface BatchOutputs {
  /** Outputs and dead letters, in the order of the batch. */
  readonly records: readonly OutboundRecord[];
  /** Reason of each dead letter. */
  readonly reasons: readonly string[];
}

/** Who turns outcomes into records. */
export interface OutputContext {
  readonly pipeline: string;
  readonly stage: Stage | null;
  /** `name@version`. */
  readonly service: string;
  readonly now: () => Date;
}

/** Throws a {@link PitwallError} `invalid_outcome` where the handler broke its contract. */
export function outputsOf(
  messages: readonly TracedMessage[],
  outcomes: readonly Outcome[],
  context: OutputContext,
): BatchOutputs {
  if (!Array.isArray(outcomes) || outcomes.length !== messages.length) {
    const got = Array.isArray(outcomes) ? `${outcomes.length} outcomes` : typeof outcomes;
    throw invalidOutcome(`Got ${got} for ${messages.length} messages, expected one per message in the same order.`);
  }
  const records: OutboundRecord[] = [];
  const reasons: string[] = [];
  outcomes.forEach((outcome: Outcome, index) => {
    const message = messages[index] as TracedMessage;
    const checked = outcome.kind === 'done' ? fitting(outcome, context) : outcome;
    if (checked.kind === 'done') {
      for (const output of checked.outputs) records.push(output);
    } else {
      records.push(buried(message, checked, context));
      reasons.push(checked.reason);
    }
  });
  return { records, reasons };
}

/** An output that no topic would take would come back for ever. */
function fitting(outcome: Done, { stage }: OutputContext): Outcome {
  for (const output of outcome.outputs) {
    const size = recordSize(output);
    if (size <= LIMITS.maxDerivedBytes) continue;
    const message = `A message for ${output.topic} would take ${size} bytes, expected at most ${LIMITS.maxDerivedBytes}.`;
    if (stage === null) throw invalidOutcome(message);
    return dead({ reason: 'derived_too_large', message });
  }
  return outcome;
}

function buried(
  message: TracedMessage,
  outcome: Dead,
  { pipeline, stage, service, now }: OutputContext,
): OutboundRecord {
  if (stage === null) {
    throw invalidOutcome(
      `Got a dead letter (${outcome.reason}: ${outcome.message}) of a service that may not give up on records.`,
    );
  }
  const { record, origin, redriveAttempt, traceId } = message;
  const facts = { record, origin, redriveAttempt, outcome, traceId, deadAt: now() };
  const letter = deadLetterRecord(facts, { pipeline, stage, service });
  message.markDead(outcome);
  if (message.sampled) message.send(letter.topic);
  return letter;
}

function invalidOutcome(message: string): PitwallError {
  return new PitwallError(message, { code: 'invalid_outcome' });
}
