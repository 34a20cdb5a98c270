import { Inject, Injectable } from '@nestjs/common';
import { outcomesTopic, predictionsTopic, type ResultId } from '@pitwall/contracts';
import type { MessageBatch } from '@pitwall/messaging';
import { GroupCommit } from '@pitwall/persistence';
import type { PipelineDefinition } from '@pitwall/pipeline';
import { CLOCK, type Clock } from '@pitwall/runtime';
import { type DecisionToJoin, OutcomesService } from '../outcomes/outcomes.service.js';
import { BatchStore } from '../storage/batch-store.service.js';
import type { Publication } from '../storage/publication.js';
import { commitTogether, type DecisionBatch } from './commit-decisions.js';
import { measureSettlements, measureTransaction } from './decision-signals.js';
import type { Decision } from './decision.js';
import type { SettledDecision } from './settled-decision.js';
import type { Settlement } from './settlement.js';

/** Decisions of several partitions that are stored in one transaction: as many as one statement may insert. */
const MAX_TOGETHER = 1_000;

@Injectable()
export class DecisionsService {
  private readonly commits: GroupCommit<DecisionBatch, readonly Settlement[]>;

  constructor(
    private readonly store: BatchStore,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly outcomes: OutcomesService,
  ) {
    this.commits = new GroupCommit({
      commit: (batches) => commitTogether(store, batches),
      sizeOf: ({ decisions }) => decisions.length,
      maxSize: MAX_TOGETHER,
    });
  }

  /** Makes the decisions of a batch and the progress behind it durable, see {@link commitTogether}, and measures it. */
  async settle(batch: MessageBatch, decisions: readonly Decision[]): Promise<readonly Settlement[]> {
    const progress = await this.store.progressOf(batch, predictionsTopic);
    const startedAt = this.clock.monotonic();
    const settlements = await this.commits.add({ decisions, ...progress });
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
