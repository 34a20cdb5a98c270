import { Controller, Inject } from '@nestjs/common';
import { feedbackTopic } from '@pitwall/contracts';
import { BatchHandler, type Dead, type Message, type MessageBatch, type Outcome } from '@pitwall/messaging';
import type { PipelineDefinition } from '@pitwall/pipeline';
import { PIPELINES } from '@pitwall/runtime';
import { definitionOf } from '../storage/definition-of.js';
import type { Action } from './action.js';
import { actionOutcomeOf, labelOutcomeOf } from './feedback-outcome.js';
import { linkToDecision, traceFeedback } from './feedback-signals.js';
import { FeedbackService, type SettledFeedback } from './feedback.service.js';
import type { Label } from './label.js';
import { readFeedback } from './read-feedback.js';
import { takeFeedback } from './take-feedback.js';

type Taken = Label | Action | Dead;

/** Labels and actions in; kept, then joined with their decisions and published as outcomes. */
@Controller()
export class FeedbackConsumer {
  constructor(
    private readonly feedback: FeedbackService,
    @Inject(PIPELINES) private readonly pipelines: readonly PipelineDefinition[],
  ) {}

  /**
   * What is returned is sent only after both transactions are committed, and offsets only after that. A crash in between
   * brings the batch again, which then makes what is missing and publishes what is stored.
   */
  @BatchHandler(feedbackTopic, { storesProgress: true })
  async take(batch: MessageBatch): Promise<readonly Outcome[]> {
    const definition = definitionOf(this.pipelines, batch.pipeline);
    const taken = batch.messages.map((message) => takeFrom(message, definition));
    const settled = await this.feedback.settle(batch, definition, {
      labels: taken.filter(isLabel),
      traces: batch.messages.filter((_, at) => isLabel(taken[at] as Taken)).map(({ trace }) => trace),
      actions: taken.filter(isAction),
    });
    return outcomesOf(batch.messages, taken, { settled, definition });
  }
}

function takeFrom(message: Message, definition: PipelineDefinition): Taken {
  const read = readFeedback(message.record);
  if (!read.ok) return read.dead;
  return takeFeedback(read.value, { origin: message.origin, traceId: message.trace.traceId }, definition);
}

const isLabel = (taken: Taken): taken is Label => taken.kind === 'label';
const isAction = (taken: Taken): taken is Action => taken.kind === 'action';

interface Settled {
  readonly settled: SettledFeedback;
  readonly definition: PipelineDefinition;
}

/** One outcome per message: that of its settlement, or the reason why it could not be taken. */
function outcomesOf(
  messages: readonly Message[],
  taken: readonly Taken[],
  { settled, definition }: Settled,
): Outcome[] {
  const { joined } = settled;
  const labels = settled.labels.values();
  const actions = settled.actions.values();
  return taken.map((row, at) => {
    const { trace } = messages[at] as Message;
    switch (row.kind) {
      case 'label': {
        const settlement = labels.next().value as SettledFeedback['labels'][number];
        traceFeedback(trace, row, settlement);
        if (joined !== null) linkToDecision(trace, row, joined);
        return labelOutcomeOf(row, settlement, { joined, definition });
      }
      case 'action': {
        const settlement = actions.next().value as SettledFeedback['actions'][number];
        traceFeedback(trace, row, settlement);
        return actionOutcomeOf(row, settlement);
      }
      case 'dead':
        return row;
      default:
        return row satisfies never;
    }
  });
}
