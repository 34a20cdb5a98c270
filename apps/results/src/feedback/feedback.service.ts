import { Injectable } from '@nestjs/common';
import { feedbackTopic, outcomesTopic } from '@pitwall/contracts';
import { isPlanted } from '@pitwall/failpoints';
import type { MessageBatch, RecordTrace } from '@pitwall/messaging';
import type { PipelineDefinition } from '@pitwall/pipeline';
import type { LabelToJoin } from '../outcomes/join-labels.js';
import { type JoinedFeedback, OutcomesService } from '../outcomes/outcomes.service.js';
import { BatchStore } from '../storage/batch-store.service.js';
import type { Action } from './action.js';
import { commitFeedback, type FeedbackSettlements } from './commit-feedback.js';
import { measureFeedback } from './feedback-signals.js';
import type { Label } from './label.js';

/** The labels and actions of a batch, and the trace of each label's record. */
export interface TakenFeedback {
  readonly labels: readonly Label[];
  readonly traces: readonly RecordTrace[];
  readonly actions: readonly Action[];
}

/** What became of the feedback of a batch; `joined` is null where no label was new or came again. */
export interface SettledFeedback extends FeedbackSettlements {
  readonly joined: JoinedFeedback | null;
}

@Injectable()
export class FeedbackService {
  constructor(
    private readonly store: BatchStore,
    private readonly outcomes: OutcomesService,
  ) {}

  /** Two transactions: the feedback of the batch is committed first, its labels are joined with their decisions after that. */
  async settle(batch: MessageBatch, definition: PipelineDefinition, taken: TakenFeedback): Promise<SettledFeedback> {
    const progress = await this.store.progressOf(batch, feedbackTopic);
    const { labels, actions } = taken;
    const early = isPlanted('label_join_in_one_transaction')
      ? { seenBefore: await this.outcomes.readDecisions(labels.map(({ resultId }) => resultId)) }
      : {};
    const settlements = await commitFeedback(this.store, { labels, actions, ...progress });
    measureFeedback(batch.pipeline, settlements);
    const toJoin = labelsToJoin(taken, settlements);
    const joined =
      toJoin.length === 0 ? null : await this.outcomes.joinFeedback(definition, toJoin, { ...progress, ...early });
    return { ...settlements, joined };
  }
}

/** Labels that came again are joined again: the process may have been killed after the first transaction. */
function labelsToJoin({ labels, traces }: TakenFeedback, settlements: FeedbackSettlements): LabelToJoin[] {
  return labels.flatMap((label, at) => {
    const kind = settlements.labels[at]?.kind;
    if (kind !== 'inserted' && kind !== 'redelivered') return [];
    const trace = traces[at] as RecordTrace;
    const traceparent = (): string => trace.send(outcomesTopic.name(label.pipeline));
    const cause = { traceparent, tracestate: trace.tracestate, inputAppendedAt: label.receivedAt };
    return [{ ...label, cause }];
  });
}
