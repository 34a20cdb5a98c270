import { Inject, Injectable } from '@nestjs/common';
import { outcomesTopic, predictionsTopic, type ResultId } from '@pitwall/contracts';
import type { MessageBatch } from '@pitwall/messaging';
import type { PipelineDefinition } from '@pitwall/pipeline';
import { CLOCK, type Clock } from '@pitwall/runtime';
import { type DecisionToJoin, OutcomesService } from '../outcomes/outcomes.service.js';
import { BatchStore } from '../storage/batch-store.service.js';
import type { Publication } from '../storage/publication.js';
import { commitDecisions } from './commit-decisions.js';
import { measureSettlements, measureTransaction } from './decision-signals.js';
import type { Decision } from './decision.js';
import type { SettledDecision } from './settled-decision.js';
import type { Settlement } from './settlement.js';

@Injectable()
export class DecisionsService {
  constructor(
    private readonly store: BatchStore,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly outcomes: OutcomesService,
  ) {}

  /** Makes the decisions of a batch and the progress behind it durable, see {@link commitDecisions}, and measures it. */
  async settle(batch: MessageBatch, decisions: readonly Decision[]): Promise<Settlement[]> {
    const progress = await this.store.progressOf(batch, predictionsTopic);
    const startedAt = this.clock.monotonic();
    const settlements = await commitDecisions(this.store, { decisions, ...progress });
    measureTransaction(batch.pipeline, (this.clock.monotonic() - startedAt) / 1000);
    measureSettlements(batch.pipeline, settlements);
    return settlements;
  }

  /**
   * The outcomes of labels that came before these decisions, to be published with them. Decisions that came again are looked
   * at again: the process may have been killed after the first transaction.
   */
  async joinLabels(
    batch: MessageBatch,
    definition: PipelineDefinition,
    settled: readonly SettledDecision[],
  ): Promise<ReadonlyMap<ResultId, readonly Publication[]>> {
    const progress = await this.store.progressOf(batch, predictionsTopic);
    return this.outcomes.joinDecisions(definition, settled.flatMap(toJoin), progress);
  }
}

function toJoin({ message, decision, settlement }: SettledDecision): DecisionToJoin[] {
  if (settlement.kind !== 'inserted' && settlement.kind !== 'redelivered') return [];
  const { trace, record } = message;
  const traceparent = (): string => trace.send(outcomesTopic.name(decision.pipeline));
  return [
    {
      resultId: decision.resultId,
      publication: settlement.publication,
      cause: { traceparent, tracestate: trace.tracestate, inputAppendedAt: record.appendedAt },
    },
  ];
}
