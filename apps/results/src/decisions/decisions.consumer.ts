import { Controller, Inject } from '@nestjs/common';
import {
  eventsTopic,
  HEADER,
  PitwallError,
  predictionMessageSchema,
  predictionsTopic,
  resultsTopic,
} from '@pitwall/contracts';
import {
  BatchHandler,
  dead,
  type Dead,
  type Message,
  type MessageBatch,
  type Outcome,
  parseMessage,
} from '@pitwall/messaging';
import type { PipelineDefinition } from '@pitwall/pipeline';
import { CLOCK, type Clock, PIPELINES } from '@pitwall/runtime';
import { traceSettlement } from './decision-signals.js';
import type { Decision } from './decision.js';
import { DecisionsService } from './decisions.service.js';
import { outcomeOf } from './outcome.js';
import type { Settlement } from './settlement.js';
import { takeDecision } from './take-decision.js';

/** Predictions in; decisions kept, then published. */
@Controller()
export class DecisionsConsumer {
  private readonly definitions: ReadonlyMap<string, PipelineDefinition>;

  constructor(
    private readonly decisions: DecisionsService,
    @Inject(PIPELINES) pipelines: readonly PipelineDefinition[],
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.definitions = new Map(pipelines.map((definition) => [definition.name, definition]));
  }

  /**
   * Takes, stores and publishes: what is returned is sent only after the transaction is committed, and offsets only after
   * that. A crash in between brings the batch again, which then publishes what is stored.
   */
  @BatchHandler(predictionsTopic)
  async decide(batch: MessageBatch): Promise<readonly Outcome[]> {
    const taken = this.take(batch);
    const decisions = taken.filter((decision): decision is Decision => !isDead(decision));
    const settlements = await this.decisions.settle(batch, decisions);
    return outcomesOf(batch.messages, taken, settlements);
  }

  private take(batch: MessageBatch): (Decision | Dead)[] {
    const definition = this.definitions.get(batch.pipeline);
    if (definition === undefined) {
      throw new PitwallError(`There is no definition of the pipeline ${batch.pipeline}, though its topic is read.`, {
        code: 'unknown_pipeline',
      });
    }
    const decidedAt = this.clock.now();
    return batch.messages.map((message) => takeFrom(message, definition, decidedAt));
  }
}

function takeFrom(message: Message, definition: PipelineDefinition, decidedAt: number): Decision | Dead {
  const { record, trace } = message;
  const parsed = parseMessage(predictionMessageSchema, record.value);
  if (!parsed.ok) return parsed.dead;
  const prediction = parsed.value;
  if (prediction.pipeline !== definition.name) return foreign(prediction.pipeline, definition.name);
  if (message.origin.topic !== eventsTopic.name(definition.name)) return withoutOrigin(definition.name);
  return takeDecision(
    {
      prediction,
      value: record.value as Buffer,
      origin: message.origin,
      traceId: trace.traceId,
      decidedAt,
      tracestate: trace.tracestate,
      traceparent: () => trace.send(resultsTopic.name(definition.name)),
    },
    definition.decision,
  );
}

const isDead = (taken: Decision | Dead): taken is Dead => 'kind' in taken;

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

/** One outcome per message: that of its settlement, or the reason why no decision could be taken. */
function outcomesOf(
  messages: readonly Message[],
  taken: readonly (Decision | Dead)[],
  settlements: readonly Settlement[],
): Outcome[] {
  let next = 0;
  return taken.map((decision, at) => {
    if (isDead(decision)) return decision;
    const message = messages[at] as Message;
    const settlement = settlements[next++] as Settlement;
    traceSettlement(message.trace, decision, settlement);
    return outcomeOf(message, decision, settlement);
  });
}
