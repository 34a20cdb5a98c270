import { Controller } from '@nestjs/common';
import { outcomeMessageSchema, outcomesTopic } from '@pitwall/contracts';
import { BatchHandler, type MessageBatch, type Outcome } from '@pitwall/messaging';
import { BatchCounter } from './batch-counter.js';
import { countableOutcome } from './countables.js';
import { type CountedLabel, countedLabelOf } from './counted-labels.js';
import { LabelsRepository } from './labels.repository.js';
import { latenciesOfOutcome } from './latencies.js';
import { UnreadableRecords } from './unreadable-records.js';

/** Counts what came of the decisions: each by its best label, which a correction replaces. */
@Controller()
export class OutcomesConsumer {
  constructor(
    private readonly counter: BatchCounter,
    private readonly labels: LabelsRepository,
    private readonly unreadable: UnreadableRecords,
  ) {}

  @BatchHandler(outcomesTopic)
  async countOutcomes(batch: MessageBatch): Promise<readonly Outcome[]> {
    const { decision } = this.counter.pipelineOf(batch);
    const labels = new Map<string, CountedLabel>();
    return this.counter.count(batch, {
      kind: 'outcome',
      topic: outcomesTopic,
      read: (message) => {
        const outcome = this.unreadable.parse(outcomeMessageSchema, message.record);
        if (outcome === null) return null;
        labels.set(outcome.outcomeId, countedLabelOf(outcome, decision));
        return countableOutcome(outcome, latenciesOfOutcome(message));
      },
      settle: (client, fresh) => {
        const counted = [...fresh].map((id) => labels.get(id) as CountedLabel);
        return this.labels.settle(client, batch.pipeline, counted);
      },
    });
  }
}
