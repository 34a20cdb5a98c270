import { Controller, Inject } from '@nestjs/common';
import {
  eventsTopic,
  HEADER,
  type PredictionMessage,
  predictionMessageSchema,
  predictionsTopic,
  resultsTopic,
} from '@pitwall/contracts';
import {
  BatchHandler,
  dead,
  type Dead,
  failing,
  type Failing,
  type Message,
  type MessageBatch,
  type Outcome,
  parseMessage,
} from '@pitwall/messaging';
import type { PipelineDefinition } from '@pitwall/pipeline';
import { CLOCK, type Clock, PIPELINES } from '@pitwall/runtime';
import { definitionOf } from '../storage/definition-of.js';
import { traceSettlement } from './decision-signals.js';
import type { Decision } from './decision.js';
import { DecisionsService } from './decisions.service.js';
import { outcomeOf } from './outcome.js';
import type { SettledDecision } from './settled-decision.js';
import type { Settlement } from './settlement.js';
import { takeDecision } from './take-decision.js';

/** Predictions in; decisions kept, then published. */
@Controller()
export class DecisionsConsumer {
  constructor(
    private readonly decisions: DecisionsService,
    @Inject(PIPELINES) private readonly pipelines: readonly PipelineDefinition[],
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Takes, stores and publishes: what is returned is sent only after the transaction is committed, and offsets only after
   * that. A crash in between brings the batch again, which then publishes what is stored.
   */
  @BatchHandler(predictionsTopic, { storesProgress: true })
  async decide(batch: MessageBatch): Promise<readonly Outcome[]> {
    const definition = definitionOf(this.pipelines, batch.pipeline);
    const decidedAt = this.clock.now();
    const taken = batch.messages.map((message) => takeFrom(message, definition, decidedAt));
    const settlements = await this.decisions.settle(
      batch,
      taken.filter((one): one is Decision => !isUndecided(one)),
    );
    const settled = pair(batch.messages, taken, settlements);
    for (const one of settled) if (!isUndecided(one)) traceSettlement(one);
    const outcomes = await this.decisions.joinLabels(batch, definition, settled.filter(isSettled));
    return settled.map((one) =>
      isUndecided(one) ? one : outcomeOf(one, { definition, outcomes: outcomes.get(one.decision.resultId) ?? [] }),
    );
  }
}

/** Why there is no decision. */
type Undecided = Dead | Failing;

function takeFrom(message: Message, definition: PipelineDefinition, decidedAt: number): Decision | Undecided {
  const { record, trace } = message;
  const parsed = parseMessage(predictionMessageSchema, record.value);
  if (!parsed.ok) return parsed.dead;
  const prediction = parsed.value;
  if (prediction.pipeline !== definition.name) return foreign(prediction.pipeline, definition.name);
  if (message.origin.topic !== eventsTopic.name(definition.name)) return withoutOrigin(definition.name);
  const input = {
    prediction,
    value: record.value as Buffer,
    origin: message.origin,
    inputAppendedAt: record.appendedAt,
    traceId: trace.traceId,
    decidedAt,
    tracestate: trace.tracestate,
    traceparent: () => trace.send(resultsTopic.name(definition.name)),
  };
  try {
    return takeDecision(input, definition.decision);
  } catch (error) {
    return policyFailed(prediction, error);
  }
}

function isUndecided(one: Decision | SettledDecision | Undecided): one is Undecided {
  return 'kind' in one;
}

function isSettled(one: SettledDecision | Undecided): one is SettledDecision {
  return !isUndecided(one);
}

/** The other events of the batch are decided all the same. */
function policyFailed({ source, id }: PredictionMessage, error: unknown): Failing {
  const message = `The decision policy fails on this prediction: ${error instanceof Error ? error.message : String(error)}`;
  return failing({ reason: 'policy_failed', message, identity: { source, id } });
}

function foreign(got: string, expected: string): Dead {
  return dead({
    reason: 'contract_violation',
    message: `The prediction says that it belongs to the pipeline ${got}, expected ${expected}. Find out who writes to this topic.`,
  });
}

function withoutOrigin(pipeline: string): Dead {
  return dead({
    reason: 'contract_violation',
    message: `The prediction does not say which record of ${eventsTopic.name(pipeline)} it goes back to; expected one header ${HEADER.origin}. Find out who writes to this topic.`,
  });
}

/** What became of each message: its settlement, or the reason why no decision could be taken. */
function pair(
  messages: readonly Message[],
  taken: readonly (Decision | Undecided)[],
  settlements: readonly Settlement[],
): (SettledDecision | Undecided)[] {
  const next = settlements.values();
  return taken.map((decision, at) =>
    isUndecided(decision)
      ? decision
      : { message: messages[at] as Message, decision, settlement: next.next().value as Settlement },
  );
}
