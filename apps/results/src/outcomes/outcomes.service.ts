import { Inject, Injectable } from '@nestjs/common';
import type { ResultId } from '@pitwall/contracts';
import type { PipelineDefinition } from '@pitwall/pipeline';
import { CLOCK, type Clock, LOGGER } from '@pitwall/runtime';
import type { Logger } from '@pitwall/telemetry';
import { type BatchProgress, BatchStore } from '../storage/batch-store.service.js';
import type { Publication } from '../storage/publication.js';
import {
  highestRevisions,
  type Joined,
  joinLabels,
  type KnownResults,
  type LabelToJoin,
  type OutcomeCause,
  outcomeMaker,
} from './join-labels.js';
import { readLabels, SqlJoinStatements } from './join-statements.repository.js';
import { measureOutcomes } from './outcome-signals.js';

/** A decision that is committed, and its record, which outcomes of labels that waited for it are made of. */
export interface DecisionToJoin {
  readonly resultId: ResultId;
  readonly publication: Publication;
  readonly cause: OutcomeCause;
}

/** Labels joined with their decisions, and what was published of these. */
export interface JoinedFeedback extends Joined {
  readonly decisions: KnownResults['decisions'];
}

/** The progress that is written with a join, and what a planted bug joins with: the decisions before the labels were committed. */
export interface JoinProgress extends BatchProgress {
  readonly seenBefore?: KnownResults['decisions'];
}

/**
 * The second of the two transactions by which a decision and its label find each other. Each side commits its own row first and
 * looks for the other one's after that, in a transaction of its own: whichever commits later sees both. Would one transaction
 * insert and look, two of them could run side by side and neither see the other's row.
 */
@Injectable()
export class OutcomesService {
  constructor(
    private readonly store: BatchStore,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Joins labels, all of them committed, with the decisions that are there; the others wait. */
  async joinFeedback(
    definition: PipelineDefinition,
    labels: readonly LabelToJoin[],
    { seenBefore, ...progress }: JoinProgress,
  ): Promise<JoinedFeedback> {
    const make = outcomeMaker({ policy: definition.decision, joinedAt: this.clock.now() });
    const resultIds = [...new Set(labels.map(({ resultId }) => resultId))];
    const joined = await this.store.commit(progress, async (client) => {
      const statements = new SqlJoinStatements(client);
      const decisions = seenBefore ?? (await statements.readDecisions(resultIds));
      const revisions = await statements.readHighestRevisions([...decisions.keys()]);
      const result = await joinLabels(statements, labels, { decisions, highestRevisions: revisions, make });
      const waiting = labels.filter(({ resultId }) => !decisions.has(resultId)).map(({ outcomeId }) => outcomeId);
      if (waiting.length > 0) await statements.keepWaiting(waiting);
      return { ...result, decisions };
    });
    measureOutcomes(definition.name, joined.made);
    return joined;
  }

  /** What a planted bug asks too early, see {@link JoinProgress}. */
  readDecisions(resultIds: readonly ResultId[]): Promise<KnownResults['decisions']> {
    return this.store.read((client) => new SqlJoinStatements(client).readDecisions(resultIds));
  }

  /**
   * Looks for labels that were there before these decisions, all of them committed. Answers what is to be published with
   * each decision, in the order of the revisions.
   */
  async joinDecisions(
    definition: PipelineDefinition,
    decided: readonly DecisionToJoin[],
    progress: BatchProgress,
  ): Promise<ReadonlyMap<ResultId, readonly Publication[]>> {
    if (decided.length === 0) return new Map();
    const byId = new Map(decided.map((decision) => [decision.resultId, decision]));
    await progress.heartbeat();
    // Not in the transaction: labels that are committed from here on look for the decision themselves.
    const found = await this.store.read((client) => readLabels(client, [...byId.keys()]));
    if (found.length === 0) return new Map();
    const labels = found
      .map((label) => ({ ...label, cause: (byId.get(label.resultId) as DecisionToJoin).cause }))
      .toSorted((a, b) => a.revision - b.revision);
    const known: KnownResults = {
      decisions: new Map(decided.map(({ resultId, publication }) => [resultId, publication])),
      highestRevisions: highestRevisions(labels),
    };
    const joined = await this.joinWaiting(definition, { labels, known }, progress);
    return publicationsByResult(labels, joined);
  }

  private async joinWaiting(
    definition: PipelineDefinition,
    { labels, known }: { readonly labels: readonly LabelToJoin[]; readonly known: KnownResults },
    progress: BatchProgress,
  ): Promise<Joined> {
    const make = outcomeMaker({ policy: definition.decision, joinedAt: this.clock.now() });
    const joined = await this.store.commit(progress, async (client) => {
      const statements = new SqlJoinStatements(client);
      const result = await joinLabels(statements, labels, { ...known, make });
      await statements.endWaiting(labels.map(({ outcomeId }) => outcomeId));
      return result;
    });
    measureOutcomes(definition.name, joined.made);
    for (const { message } of joined.unjoinable.values()) {
      this.logger.warn({ pipeline: definition.name }, `A label that waited gives no outcome. ${message}`);
    }
    return joined;
  }
}

function publicationsByResult(
  labels: readonly LabelToJoin[],
  { publications }: Joined,
): ReadonlyMap<ResultId, readonly Publication[]> {
  const byResult = new Map<ResultId, Publication[]>();
  for (const { outcomeId, resultId } of labels) {
    const publication = publications.get(outcomeId);
    if (publication === undefined) continue;
    const before = byResult.get(resultId);
    if (before === undefined) byResult.set(resultId, [publication]);
    else before.push(publication);
  }
  return byResult;
}
